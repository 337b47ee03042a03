package io.strata.runtime.archive;

import io.strata.layerfs.sys.Fd;
import io.strata.layerfs.sys.FileIo;
import io.strata.layerfs.sys.Linux;
import io.strata.runtime.archive.TreeUntar.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whom files belong to that are copied in with {@code docker cp -a}: the container's user, if it has one. */
final class CopyOwner {
    /** More than any passwd has that is one. */
    private static final int LARGEST = 1 << 20;

    private static final long LARGEST_ID = Integer.MAX_VALUE;

    private CopyOwner() {}

    /** @param user {@code Config.User}: {@code name}, {@code uid}, {@code uid:gid}; a name is looked up in the container */
    static Optional<Owner> of(String user, RootView view) throws IOException {
        if (user.isEmpty()) {
            return Optional.empty();
        }
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        Optional<Owner> known = Optional.empty();
        for (String line : passwd(view).split("\n")) {
            String[] fields = line.split(":", -1);
            boolean named = fields.length > 3 && (fields[0].equals(name) || fields[2].equals(name));
            Optional<Long> uid = named ? number(fields[2]) : Optional.empty();
            Optional<Long> gid = named ? number(fields[3]) : Optional.empty();
            if (known.isEmpty() && uid.isPresent() && gid.isPresent()) {
                known = Optional.of(new Owner(uid.get(), gid.get()));
            }
        }
        Optional<Long> group = colon < 0 ? Optional.empty() : number(user.substring(colon + 1));
        return known.or(() -> number(name).map(uid -> new Owner(uid, 0)))
                .map(owner -> new Owner(owner.uid(), group.orElse(owner.gid())));
    }

    private static Optional<Long> number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.parseLong(text)).filter(number -> number <= LARGEST_ID) : Optional.empty();
    }

    private static String passwd(RootView view) throws IOException {
        Optional<Fd> file = view.file("/etc/passwd");
        if (file.isEmpty()) {
            return "";
        }
        try (Fd open = file.get();
                FileIo io = new FileIo(1 << 16)) {
            long size = Linux.stat(open).size();
            return size > LARGEST ? "" : new String(io.readFully(open, (int) size), StandardCharsets.ISO_8859_1);
        }
    }
}
