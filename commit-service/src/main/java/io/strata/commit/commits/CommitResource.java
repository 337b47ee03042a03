package io.strata.commit.commits;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.strata.commit.errors.CommitException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /commits}: what was committed, by whom, and how it ended. */
@Path("/commits")
@RunOnVirtualThread
public class CommitResource {
    private static final int MAX_PAGE = 1_000;

    private final Commits commits;

    CommitResource(Commits commits) {
        this.commits = commits;
    }

    /** {@code next} is the {@code before} of the next page; absent on the last one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<Commit> commits, Instant next) {}

    @GET
    @Operation(summary = "Commits, the latest first")
    public Page list(
            @QueryParam("before") @DefaultValue("") String before,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        int wanted = limit(limit);
        List<Commit> page = commits.latest(before.isEmpty() ? Instant.now().plusSeconds(1) : instant(before), wanted);
        return new Page(page, page.size() < wanted ? null : page.getLast().requestedAt());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "A commit: what was asked for, how far it is, how it ended")
    public Commit get(String id) {
        try {
            return commits.find(UUID.fromString(id)).orElseThrow(() -> new CommitException.Unknown(id));
        } catch (IllegalArgumentException notAnId) {
            throw new CommitException.Unknown(id.length() > 64 ? id.substring(0, 64) : id);
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommitException.InvalidInput(
                    "before: a time such as 2026-01-31T12:00:00Z is needed, not " + text);
        }
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new CommitException.InvalidInput("limit: 1 to " + MAX_PAGE + " is needed, not " + text);
    }
}
