package io.strata.commit.commits;

import io.strata.commit.registry.Registry;
import io.strata.oci.ContainerConfig;
import io.strata.oci.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What {@code docker commit} asks for.
 *
 * @param parent the id of the container's image
 * @param name in canonical form; an image may have none
 * @param pause whether the container stands still while it is captured
 * @param changes Dockerfile instructions, already found readable
 * @param config instead of the container's own, when the caller sent one
 */
public record CommitRequest(
        String containerId,
        String node,
        Digest parent,
        Optional<Registry.Name> name,
        String author,
        String comment,
        boolean pause,
        List<String> changes,
        Optional<ContainerConfig> config) {}
