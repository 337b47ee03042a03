package io.strata.gateway.upstream;

import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import io.strata.oci.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link UpstreamRegistry} over HTTP. */
@ApplicationScoped
class DistributionRegistry implements UpstreamRegistry {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

    private final RegistryEndpoints endpoints;
    private final RegistryCalls calls;
    private final AddressRules rules;
    private final Duration stallTimeout;

    DistributionRegistry(RegistryEndpoints endpoints, RegistryCalls calls, AddressRules rules, UpstreamConfig config) {
        this.endpoints = endpoints;
        this.calls = calls;
        this.rules = rules;
        this.stallTimeout = config.stallTimeout();
    }

    @Override
    public Optional<Descriptor> head(ImageReference reference, Credentials credentials) {
        RegistryCalls.Answer answer = calls.send(manifestCall("HEAD", reference, credentials));
        try (InputStream none = answer.body()) {
            if (answer.status() != 200) {
                // A HEAD's refusal has no words. The GET that follows has.
                return Optional.empty();
            }
            OptionalLong size = answer.response().headers().firstValueAsLong("Content-Length");
            return answer.header("Docker-Content-Digest")
                    .flatMap(Digest::tryParse)
                    .filter(digest -> reference.digest().map(digest::equals).orElse(true))
                    .map(digest -> Descriptor.of(
                            answer.header("Content-Type")
                                    .orElse("")
                                    .split(";", 2)[0]
                                    .strip(),
                            digest,
                            size.orElse(0)));
        } catch (IOException e) {
            throw new UpstreamException.Unreachable("the answer to a HEAD was cut: " + e.getMessage(), e);
        }
    }

    @Override
    public UpstreamManifest manifest(ImageReference reference, Credentials credentials) {
        RegistryCalls.Answer answer = calls.send(manifestCall("GET", reference, credentials));
        if (answer.status() != 200) {
            throw RegistryErrors.ofManifest(answer.response(), reference);
        }
        return ManifestAnswers.check(answer, reference);
    }

    private Call manifestCall(String method, ImageReference reference, Credentials credentials) {
        Endpoint endpoint = endpoints.of(reference.domain());
        String path = "/v2/" + reference.path() + "/manifests/" + reference.tagOrDigest();
        return Call.of(method, endpoint, path, Scope.pull(reference.path()), credentials)
                .with("Accept", String.join(", ", ManifestAnswers.ACCEPTED));
    }

    @Override
    public UpstreamBlob blob(ImageReference repository, Digest digest, long offset, Credentials credentials) {
        Endpoint endpoint = endpoints.of(repository.domain());
        Call call = Call.of(
                "GET",
                endpoint,
                "/v2/" + repository.path() + "/blobs/" + digest,
                Scope.pull(repository.path()),
                credentials);
        RegistryCalls.Answer answer = calls.send(offset == 0 ? call : call.with("Range", "bytes=" + offset + "-"));
        if (answer.status() != 200 && answer.status() != 206) {
            throw RegistryErrors.of(answer.response());
        }
        OptionalLong length = answer.response().headers().firstValueAsLong("Content-Length");
        StallGuard content = new StallGuard(answer.body(), stallTimeout);
        if (answer.status() == 200) {
            return new UpstreamBlob(content, 0, length);
        }
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
            closeQuietly(content);
            throw new UpstreamException.Invalid(endpoint.domain() + " was asked for blob " + digest + " from byte "
                    + offset + " and sent another range");
        }
        OptionalLong whole =
                range.group(2).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(range.group(2)));
        return new UpstreamBlob(content, offset, whole);
    }

    private static void closeQuietly(InputStream content) {
        try {
            content.close();
        } catch (IOException notWanted) {
            // What it holds is refused.
        }
    }

    @Override
    public UpstreamPush push(ImageReference repository, Credentials credentials) {
        return new DistributionPush(calls, rules, endpoints.of(repository.domain()), repository.path(), credentials);
    }

    @Override
    public void login(String domain, Credentials credentials) {
        RegistryCalls.Answer answer = calls.send(Call.of("GET", endpoints.of(domain), "/v2/", Scope.NONE, credentials));
        if (answer.status() == 401) {
            answer.discard();
            throw new UpstreamException.Unauthorized(
                    "login attempt to " + Addresses.shown(answer.from()) + " failed with status: 401 Unauthorized");
        }
        if (answer.status() != 200) {
            throw RegistryErrors.of(answer.response());
        }
        answer.discard();
    }

    @Override
    public boolean isOpenToAll(String domain) {
        return rules.isOpenToAll(endpoints.of(domain));
    }
}
