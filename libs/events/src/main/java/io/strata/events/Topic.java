package io.strata.events;

/** The topics of the catalogue. */
public enum Topic {
    LAYERS("strata.layers"),
    IMAGES("strata.images"),
    CONTAINERS("strata.containers"),
    COMMITS("strata.commits");

    private final String topicName;

    Topic(String topicName) {
        this.topicName = topicName;
    }

    public String topicName() {
        return topicName;
    }
}
