package io.strata.gateway.upstream;

import io.strata.oci.Descriptor;
import io.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;

/** {@link UpstreamPush} over HTTP. */
final class DistributionPush implements UpstreamPush {
    /** For the slowest line on which a push makes sense, in bytes a second; a request's time-out covers its body. */
    private static final long SLOWEST = 64 << 10;

    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(2);

    private final RegistryCalls calls;
    private final AddressRules rules;
    private final Endpoint endpoint;
    private final String path;
    private final Credentials credentials;

    DistributionPush(RegistryCalls calls, AddressRules rules, Endpoint endpoint, String path, Credentials credentials) {
        this.calls = calls;
        this.rules = rules;
        this.endpoint = endpoint;
        this.path = path;
        this.credentials = credentials;
    }

    @Override
    public boolean has(Digest digest) {
        RegistryCalls.Answer answer = calls.send(call("HEAD", "/blobs/" + digest, Scope.push(path)));
        answer.discard();
        return switch (answer.status()) {
            case 200 -> true;
            case 404 -> false;
            default -> throw RegistryErrors.of(answer.response());
        };
    }

    @Override
    public boolean mount(Digest digest, String from) {
        Call call = call(
                "POST",
                "/blobs/uploads/?mount=" + digest + "&from=" + from,
                Scope.push(path).andPull(from));
        RegistryCalls.Answer answer = calls.send(call);
        answer.discard();
        if (answer.status() == 202) {
            location(answer).ifPresent(this::abandon);
        }
        return answer.status() == 201;
    }

    /** Ends an upload session that a refused mount has opened; the registry's own clean-up does it else. */
    private void abandon(URI upload) {
        calls.send(call("DELETE", "", Scope.push(path)).to(upload)).discard();
    }

    @Override
    public void put(Descriptor blob, Content content) {
        RegistryCalls.Answer opened = calls.send(call("POST", "/blobs/uploads/", Scope.push(path)));
        if (opened.status() != 202) {
            throw RegistryErrors.of(opened.response());
        }
        opened.discard();
        URI upload = location(opened)
                .orElseThrow(() -> new UpstreamException.Invalid(
                        endpoint.domain() + " opened an upload without saying where (Location)"));
        URI closing = URI.create(upload + (upload.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
        Call put = call("PUT", "", Scope.push(path))
                .to(closing)
                .with("Content-Type", "application/octet-stream")
                .sending(() -> body(blob, content));
        Duration patience = LEAST_PATIENCE.plusSeconds(blob.size() / SLOWEST);
        RegistryCalls.Answer answer = calls.send(put, patience);
        if (answer.status() != 201) {
            throw RegistryErrors.of(answer.response());
        }
        answer.discard();
    }

    private static BodyPublisher body(Descriptor blob, Content content) {
        if (blob.size() == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Opening(content)), blob.size());
    }

    /** Opens its content at the first read: the JDK's publisher takes a failure of reading, but none of opening. */
    private static final class Opening extends InputStream {
        private final Content content;
        private InputStream opened;

        Opening(Content content) {
            this.content = content;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (opened == null) {
                opened = content.open();
            }
            return opened.read(into, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (opened != null) {
                opened.close();
            }
        }
    }

    @Override
    public void putManifest(String tagOrDigest, UpstreamManifest manifest) {
        Call put = call("PUT", "/manifests/" + tagOrDigest, Scope.push(path))
                .with("Content-Type", manifest.mediaType())
                .sending(() -> BodyPublishers.ofByteArray(manifest.content()));
        RegistryCalls.Answer answer = calls.send(put);
        if (answer.status() != 201 && answer.status() != 200) {
            throw RegistryErrors.of(answer.response());
        }
        answer.discard();
        Optional<Digest> said = answer.header("Docker-Content-Digest").flatMap(Digest::tryParse);
        if (said.isPresent() && !said.get().equals(manifest.digest())) {
            throw new UpstreamException.Invalid(
                    endpoint.domain() + " took the manifest as " + said.get() + " instead of " + manifest.digest());
        }
    }

    private Call call(String method, String within, Scope scope) {
        return Call.of(method, endpoint, "/v2/" + path + within, scope, credentials);
    }

    /** Where the registry wants the upload (CVE-2026-50151: credentials do not go there when it is elsewhere). */
    private Optional<URI> location(RegistryCalls.Answer answer) {
        return answer.header("Location").map(text -> {
            try {
                URI target = answer.from().resolve(text);
                rules.checkTarget("upload location", answer.from(), target);
                return target;
            } catch (IllegalArgumentException e) {
                throw new UpstreamException.Invalid(
                        "the upload location of " + endpoint.domain() + " is no address that can be read", e);
            }
        });
    }
}
