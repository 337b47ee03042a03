package io.strata.runtime.images;

import io.strata.runtime.errors.EngineException;
import io.strata.runtime.images.ImageUse.Use;
import io.strata.runtime.images.NodeImages.Image;
import java.util.List;
import java.util.Optional;

/** When an image may not be removed, in dockerd's words (moby {@code daemon/images/image_delete.go}). */
final class ImageRemoval {
    private ImageRemoval() {}

    /**
     * @param name what the user named
     * @param uses containers made from {@code image}
     * @throws EngineException.Conflict when it is in use
     */
    static void check(String name, Image image, List<Use> uses, boolean force) {
        boolean byReference = !image.isFoundById(name);
        if (uses.isEmpty() || byReference && image.names().size() > 1) {
            return;
        }
        if (byReference && !force) {
            throw new EngineException.Conflict("conflict: unable to remove repository reference \"" + name
                    + "\" (must force) - container " + shortId(uses.getFirst()) + " is using its referenced image "
                    + image.imageId().shortHex());
        }
        Optional<Use> running = uses.stream().filter(Use::running).findFirst();
        if (running.isPresent()) {
            throw unable(image, "cannot be forced", "running", running.get());
        }
        if (!force) {
            throw unable(image, "must be forced", "stopped", uses.getFirst());
        }
    }

    private static EngineException.Conflict unable(Image image, String forced, String state, Use use) {
        return new EngineException.Conflict("conflict: unable to delete "
                + image.imageId().shortHex() + " (" + forced + ") - image is being used by " + state + " container "
                + shortId(use));
    }

    private static String shortId(Use use) {
        return use.containerId().substring(0, Math.min(12, use.containerId().length()));
    }
}
