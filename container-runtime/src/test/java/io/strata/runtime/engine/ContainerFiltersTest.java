package io.strata.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Fixture;
import io.strata.runtime.engine.ContainerFilters.Seen;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.network.NodeNetwork.PublishedPort;
import io.strata.runtime.routing.Filters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerFiltersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final Container WEB = Fixture.running(
            Fixture.container(
                    "web",
                    "{\"Cmd\":[\"x\"],\"Labels\":{\"tier\":\"front\"},\"ExposedPorts\":{\"80/tcp\":{}}}",
                    "{\"NetworkMode\":\"shop\"}"),
            NOW);
    private static final Container DONE = Fixture.exited(Fixture.container("done"), 3, NOW);

    private static boolean holds(String filters, Container container) {
        ContainerFilters parsed =
                new ContainerFilters(Filters.parse(filters), name -> WEB, name -> Optional.of(WEB.imageId()));
        return parsed.hold(new Seen(
                container, Optional.empty(), List.of(), List.of(new PublishedPort(80, "tcp", "0.0.0.0", 8080))));
    }

    @Test
    void statusNameIdAndExitCode() {
        assertThat(holds("{\"status\":{\"running\":true}}", WEB)).isTrue();
        assertThat(holds("{\"status\":{\"running\":true}}", DONE)).isFalse();
        assertThat(holds("{\"status\":[\"paused\"]}", Fixture.paused(WEB))).isTrue();
        assertThat(holds("{\"name\":[\"^/we\"]}", WEB)).isTrue();
        assertThat(holds("{\"name\":[\"eb\"]}", WEB)).isTrue();
        assertThat(holds("{\"name\":[\"^eb\"]}", WEB)).isFalse();
        assertThat(holds("{\"id\":[\"" + WEB.id().substring(0, 12) + "\"]}", WEB))
                .isTrue();
        assertThat(holds("{\"exited\":[\"3\"]}", DONE)).isTrue();
        assertThat(holds("{\"exited\":[\"0\"]}", DONE)).isFalse();
    }

    @Test
    void labelsNetworksPortsAndImages() {
        assertThat(holds("{\"label\":[\"tier=front\"]}", WEB)).isTrue();
        assertThat(holds("{\"label\":[\"tier=back\"]}", WEB)).isFalse();
        assertThat(holds("{\"network\":[\"shop\"]}", WEB)).isTrue();
        assertThat(holds("{\"network\":[\"bridge\"]}", WEB)).isFalse();
        assertThat(holds("{\"publish\":[\"8000-8090\"]}", WEB)).isTrue();
        assertThat(holds("{\"publish\":[\"81/tcp\"]}", WEB)).isFalse();
        assertThat(holds("{\"expose\":[\"80/tcp\"]}", WEB)).isTrue();
        assertThat(holds("{\"ancestor\":[\"busybox\"]}", WEB)).isTrue();
        assertThat(holds("{\"health\":[\"none\"]}", WEB)).isTrue();
    }

    @Test
    void otherNamesAndValuesAreRefused() {
        assertThatThrownBy(() -> holds("{\"colour\":[\"red\"]}", WEB))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("invalid filter 'colour'");
        assertThatThrownBy(() -> holds("{\"status\":[\"asleep\"]}", WEB))
                .isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> holds("{\"exited\":[\"x\"]}", DONE)).isInstanceOf(EngineException.InvalidInput.class);
    }

    @Test
    void statusTextsAreDockers() {
        Instant later = NOW.plusSeconds(5);
        assertThat(StatusText.of(WEB, Optional.empty(), later)).isEqualTo("Up 5 seconds");
        assertThat(StatusText.of(Fixture.paused(WEB), Optional.empty(), later)).isEqualTo("Up 5 seconds (Paused)");
        assertThat(StatusText.of(DONE, Optional.empty(), NOW.plusSeconds(120))).isEqualTo("Exited (3) 2 minutes ago");
        assertThat(StatusText.of(Fixture.container("new"), Optional.empty(), NOW))
                .isEqualTo("Created");
    }
}
