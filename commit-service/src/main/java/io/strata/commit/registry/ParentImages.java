package io.strata.commit.registry;

import io.strata.commit.image.ParentImage;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** Images that containers are of. What an id means cannot change, so the last ones are remembered. */
@ApplicationScoped
public class ParentImages {
    private static final Logger LOG = Logger.getLogger(ParentImages.class);

    /** Each is a few KiB; one with a config of 4 MiB is an oddity. */
    private static final int REMEMBERED = 64;

    private final Registry registry;
    private final Map<Digest, ParentImage> recent = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, ParentImage> eldest) {
            return size() > REMEMBERED;
        }
    };

    ParentImages(Registry registry) {
        this.registry = registry;
    }

    /** @throws IOException when the gateway does not answer */
    public ParentImage get(Digest imageId) throws IOException {
        synchronized (recent) {
            ParentImage known = recent.get(imageId);
            if (known != null) {
                return known;
            }
        }
        ParentImage image = registry.image(imageId);
        synchronized (recent) {
            recent.put(imageId, image);
        }
        return image;
    }

    /** Asks already now, while the node captures. What goes wrong is seen by whoever needs it. */
    public void prefetch(Digest imageId) {
        Thread.ofVirtual().name("parent-" + imageId.shortHex()).start(() -> {
            try {
                get(imageId);
            } catch (IOException | RuntimeException later) {
                LOG.debugf("parent %s: %s", imageId, later.getMessage());
            }
        });
    }
}
