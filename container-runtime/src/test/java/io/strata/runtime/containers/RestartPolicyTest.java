package io.strata.runtime.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    @Test
    void onFailureStopsAfterItsRetriesAndAfterSuccess() {
        RestartPolicy policy = new RestartPolicy("on-failure", 2);
        assertThat(policy.restarts(1, false, 0)).isTrue();
        assertThat(policy.restarts(1, false, 1)).isTrue();
        assertThat(policy.restarts(1, false, 2)).isFalse();
        assertThat(policy.restarts(0, false, 0)).isFalse();
        assertThat(new RestartPolicy("on-failure", 0).restarts(1, false, 1000)).isTrue();
    }

    @Test
    void whatTheUserStoppedStaysStopped() {
        assertThat(new RestartPolicy("always", 0).restarts(137, true, 0)).isFalse();
        assertThat(new RestartPolicy("unless-stopped", 0).restarts(0, false, 9)).isTrue();
        assertThat(RestartPolicy.NO.restarts(1, false, 0)).isFalse();
    }

    @Test
    void withTheNodeStartsWhatShouldAlwaysRun() {
        assertThat(new RestartPolicy("always", 0).startsWithNode(true)).isTrue();
        assertThat(new RestartPolicy("unless-stopped", 0).startsWithNode(true)).isFalse();
        assertThat(new RestartPolicy("unless-stopped", 0).startsWithNode(false)).isTrue();
        assertThat(new RestartPolicy("on-failure", 0).startsWithNode(false)).isFalse();
    }
}
