package io.strata.gateway.manifests;

import io.agroal.api.AgroalDataSource;
import io.strata.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Manifests as {@code /v2/} serves them: one query says what a tag or digest is in its repository at this moment, as a
 * deleted one is gone at once and on every replica; the bytes, which cannot change, come from memory when they were asked
 * for lately. Plain JDBC: this is the path that is asked thousands of times a second.
 */
@ApplicationScoped
public class Manifests {
    private static final String BY_TAG = "select m.digest, m.media_type, m.size from repository r"
            + " join tag t on t.repository_id = r.id join manifest m on m.id = t.manifest_id"
            + " where r.name = ? and t.name = ?";
    private static final String BY_DIGEST = "select m.digest, m.media_type, m.size from repository r"
            + " join manifest m on m.repository_id = r.id where r.name = ? and m.digest = ?";

    private final AgroalDataSource dataSource;
    private final RecentContent recent;

    /** What a name is now: enough for a HEAD. {@code size} is in bytes. */
    public record Entry(Digest digest, String mediaType, long size) {}

    Manifests(
            AgroalDataSource dataSource,
            @ConfigProperty(name = "strata.gateway.manifest-cache", defaultValue = "33554432") long cacheBytes) {
        this.dataSource = dataSource;
        this.recent = new RecentContent(cacheBytes);
    }

    public Optional<Entry> byTag(String repository, String tag) {
        return entry(BY_TAG, repository, tag);
    }

    public Optional<Entry> byDigest(String repository, Digest digest) {
        return entry(BY_DIGEST, repository, digest.toString());
    }

    private Optional<Entry> entry(String sql, String repository, String key) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, repository);
            query.setString(2, key);
            try (ResultSet found = query.executeQuery()) {
                return found.next()
                        ? Optional.of(new Entry(Digest.parse(found.getString(1)), found.getString(2), found.getLong(3)))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot look up " + repository + " " + key + ": " + e.getMessage(), e);
        }
    }

    /** The bytes of what an {@link Entry} said; empty when it was deleted since. */
    public Optional<byte[]> content(Digest digest) {
        return bytes(digest, "select content from manifest_content where digest = ?");
    }

    public Optional<ManifestBytes> read(Entry entry) {
        return content(entry.digest()).map(c -> new ManifestBytes(c, entry.mediaType(), entry.digest()));
    }

    /** The image's config, byte for byte. */
    public Optional<byte[]> config(Digest imageId) {
        return bytes(imageId, "select config from image where id = ?");
    }

    /** An image by its id and the digest of its manifest; empty when it was deleted since. */
    public Optional<ImageContent> image(Digest imageId, Digest manifest) {
        Optional<byte[]> config = config(imageId);
        return config.isEmpty()
                ? Optional.empty()
                : content(manifest)
                        .map(ManifestContent::stored)
                        .flatMap(m -> m instanceof ManifestContent.OfImage image
                                ? ImageContent.of(image, config.get())
                                : Optional.empty());
    }

    private Optional<byte[]> bytes(Digest digest, String sql) {
        Optional<byte[]> cached = recent.get(digest);
        if (cached.isPresent()) {
            return cached;
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, digest.toString());
            try (ResultSet found = query.executeQuery()) {
                if (!found.next()) {
                    return Optional.empty();
                }
                byte[] content = found.getBytes(1);
                recent.put(digest, content);
                return Optional.of(content);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read " + digest + ": " + e.getMessage(), e);
        }
    }

    /** Tags of a repository in the order of their bytes, after {@code last}. Empty when there is no such repository. */
    public Optional<List<String>> tags(String repository, String last, int limit) {
        return page(
                "select t.name from repository r left join lateral (select name from tag where repository_id = r.id"
                        + " and name > ? order by name limit ?) t on true where r.name = ? order by t.name",
                last,
                limit,
                repository);
    }

    /** Repositories that have a manifest, in the order of their bytes, after {@code last}. */
    public List<String> repositories(String last, int limit) {
        return page(
                        "select r.name from repository r where r.name > ?"
                                + " and exists (select 1 from manifest m where m.repository_id = r.id) order by r.name limit ?",
                        last,
                        limit,
                        null)
                .orElse(List.of());
    }

    private Optional<List<String>> page(String sql, String last, int limit, String repository) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, last);
            query.setInt(2, limit);
            if (repository != null) {
                query.setString(3, repository);
            }
            List<String> names = new java.util.ArrayList<>();
            boolean any = false;
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    any = true;
                    if (found.getString(1) != null) {
                        names.add(found.getString(1));
                    }
                }
            }
            return any ? Optional.of(names) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot list names: " + e.getMessage(), e);
        }
    }
}
