package io.strata.runtime.engine;

import io.strata.runtime.containers.Container;
import io.strata.runtime.volumes.MountPoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A container's mounts as {@code docker inspect} and {@code docker ps} show them. */
final class MountView {
    private MountView() {}

    static List<Map<String, Object>> of(Container container) {
        return container.mounts().stream()
                // Those of --tmpfs are in HostConfig.Tmpfs only.
                .filter(m -> !container.hostConfig().tmpfs().containsKey(m.destination()))
                .map(MountView::of)
                .toList();
    }

    private static Map<String, Object> of(MountPoint mount) {
        Map<String, Object> shown = Json.of("Type", mount.type().name().toLowerCase(Locale.ROOT));
        boolean volume = mount.type() == MountPoint.Type.VOLUME;
        if (volume) {
            shown.put("Name", mount.name());
        }
        shown.put("Source", mount.source());
        shown.put("Destination", mount.destination());
        if (volume) {
            shown.put("Driver", "local");
        }
        shown.put("Mode", volume ? "z" : "");
        shown.put("RW", !mount.readOnly());
        shown.put("Propagation", mount.propagation());
        return shown;
    }
}
