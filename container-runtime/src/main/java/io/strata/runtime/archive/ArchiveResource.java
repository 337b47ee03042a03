package io.strata.runtime.archive;

import io.strata.layerfs.ByteString;
import io.strata.layerfs.Decompression;
import io.strata.layerfs.LayerException;
import io.strata.layerfs.sys.Errno;
import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.LinuxException;
import io.strata.runtime.containers.Container;
import io.strata.runtime.containers.Containers;
import io.strata.runtime.errors.EngineException;
import io.strata.runtime.routing.Call;
import io.strata.runtime.routing.EngineRoutes;
import io.strata.runtime.routing.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code docker cp} and {@code docker export}: a container's files as a tar, out and in. */
@ApplicationScoped
public class ArchiveResource implements EngineRoutes {
    private static final String STAT = "X-Docker-Container-Path-Stat";
    private static final int BUFFER = 1 << 16;

    private final Containers containers;

    @Inject
    public ArchiveResource(Containers containers) {
        this.containers = containers;
    }

    @Override
    public void register(Router router) {
        router.head("/containers/{id}/archive", this::stat);
        router.get("/containers/{id}/archive", this::copyOut);
        router.put("/containers/{id}/archive", this::copyIn);
        router.get("/containers/{id}/export", this::export);
    }

    private interface Work<T> {
        T with(RootView view) throws IOException;
    }

    private <T> T inContainer(Container container, Work<T> work) throws IOException {
        try (Containers.Root root = containers.root(container.id())) {
            return MountedView.with(
                    root.path(), root.mounts(), container.hostConfig().readonlyRootfs(), work::with);
        }
    }

    private static ContainerPath path(Call call) {
        return ContainerPath.of(call.query("path")
                .orElseThrow(() -> new EngineException.InvalidInput("bad parameter: 'path' cannot be empty")));
    }

    private static RuntimeException refusal(LinuxException error, Call call) throws IOException {
        String path = call.query("path").orElse("");
        return switch (error.errno()) {
            case Errno.ENOENT ->
                new EngineException.NotFound("Could not find the file " + path + " in container " + call.path("id"));
            case Errno.ENOTDIR -> new EngineException.InvalidInput("not a directory: " + path);
            case Errno.ELOOP -> new EngineException.InvalidInput("too many levels of symbolic links: " + path);
            case Errno.ENAMETOOLONG -> new EngineException.InvalidInput("file name too long: " + path);
            default -> throw error;
        };
    }

    private void stat(Call call) throws IOException {
        ContainerPath path = path(call);
        PathStat stat = inContainer(containers.find(call.path("id")), view -> stat(view, path, call));
        call.headersOnly(200, Map.of(STAT, stat.header()));
    }

    private static PathStat stat(RootView view, ContainerPath path, Call call) throws IOException {
        try {
            return view.stat(path);
        } catch (LinuxException e) {
            throw refusal(e, call);
        }
    }

    private void copyOut(Call call) throws IOException {
        ContainerPath path = path(call);
        inContainer(containers.find(call.path("id")), view -> {
            PathStat stat = stat(view, path, call);
            try (RootView.Place place = found(view, path, call);
                    TreeTar tar = new TreeTar(call.stream("application/x-tar", Map.of(STAT, stat.header())))) {
                ByteString base = ByteString.of(path.base());
                if (path.directory()) {
                    tar.addDirectory(place.parent(), base);
                } else {
                    tar.add(place.parent(), place.name(), base);
                }
                tar.finish();
            }
            return path;
        });
    }

    private static RootView.Place found(RootView view, ContainerPath path, Call call) throws IOException {
        try {
            return view.find(path);
        } catch (LinuxException e) {
            throw refusal(e, call);
        }
    }

    private void copyIn(Call call) throws IOException {
        ContainerPath path = path(call);
        Container container = containers.find(call.path("id"));
        inContainer(container, view -> {
            ByteString target = ByteString.of(path.absolute());
            try (Fd directory = view.directory(target)) {
                view.requireWritable(directory);
            } catch (LinuxException e) {
                if (e.errno() == Errno.ENOTDIR) {
                    throw new EngineException.InvalidInput("extraction point is not a directory");
                }
                throw refusal(e, call);
            }
            Optional<TreeUntar.Owner> owner =
                    call.flag("copyUIDGID") ? CopyOwner.of(container.config().user(), view) : Optional.empty();
            TreeUntar.Options options = new TreeUntar.Options(call.flag("noOverwriteDirNonDir"), owner);
            try (TreeUntar untar = new TreeUntar(view, target, options)) {
                untar.unpack(body(call));
            }
            return target;
        });
        call.empty(200);
    }

    private static InputStream body(Call call) throws IOException {
        try {
            return new BufferedInputStream(Decompression.openDetected(call.body()), BUFFER);
        } catch (LayerException malformed) {
            throw new EngineException.InvalidInput(malformed.getMessage());
        }
    }

    private void export(Call call) throws IOException {
        Container container = containers.find(call.path("id"));
        try (Containers.Root root = containers.root(container.id())) {
            MountedView.with(root.path(), List.of(), false, view -> {
                try (Fd top = view.directory(ByteString.EMPTY);
                        TreeTar tar = new TreeTar(call.stream("application/octet-stream"))) {
                    tar.addChildren(top, ByteString.EMPTY);
                    tar.finish();
                }
                return root;
            });
        }
    }
}
