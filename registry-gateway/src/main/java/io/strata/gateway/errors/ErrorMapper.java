package io.strata.gateway.errors;

import io.strata.blobs.BlobMismatchException;
import io.strata.blobs.BlobNotFoundException;
import io.strata.blobs.MissingBlobsException;
import io.strata.oci.InvalidDigestException;
import io.strata.oci.InvalidManifestException;
import io.strata.oci.InvalidReferenceException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Errors in the form of the API that was called: the distribution-spec's, the Engine API's, or problem+json. */
public class ErrorMapper {
    private static final Logger LOG = Logger.getLogger(ErrorMapper.class);

    @ServerExceptionMapper
    Response registry(RegistryException e, UriInfo uri) {
        return answer(uri, e.error(), e.error().status(), e.getMessage(), e.detail());
    }

    @ServerExceptionMapper
    Response gateway(GatewayException e, UriInfo uri) {
        int status =
                switch (e) {
                    case GatewayException.InvalidInput i -> 400;
                    case GatewayException.Unauthorized u -> 401;
                    case GatewayException.Forbidden f -> 403;
                    case GatewayException.NotFound n -> 404;
                    case GatewayException.Conflict c -> 409;
                    case GatewayException.RateLimited r -> 429;
                    case GatewayException.UpstreamFailed u -> 502;
                    case GatewayException.Unavailable u -> 503;
                };
        return answer(uri, codeOf(status), status, e.getMessage(), Map.of());
    }

    @ServerExceptionMapper
    Response reference(InvalidReferenceException e, UriInfo uri) {
        return answer(uri, OciError.NAME_INVALID, 400, e.getMessage(), Map.of());
    }

    @ServerExceptionMapper
    Response digest(InvalidDigestException e, UriInfo uri) {
        return answer(uri, OciError.DIGEST_INVALID, 400, e.getMessage(), Map.of());
    }

    @ServerExceptionMapper
    Response manifest(InvalidManifestException e, UriInfo uri) {
        return answer(uri, OciError.MANIFEST_INVALID, 400, e.getMessage(), Map.of());
    }

    @ServerExceptionMapper
    Response store(IOException e, UriInfo uri) {
        return switch (e) {
            case BlobNotFoundException none ->
                answer(uri, OciError.BLOB_UNKNOWN, 404, e.getMessage(), Map.of("digest", none.digest()));
            case MissingBlobsException missing ->
                answer(uri, OciError.MANIFEST_BLOB_UNKNOWN, 404, e.getMessage(), Map.of("digests", missing.missing()));
            case BlobMismatchException other -> answer(uri, OciError.DIGEST_INVALID, 400, e.getMessage(), Map.of());
            default -> {
                LOG.warnf("%s: the store cannot be used: %s", uri.getPath(), e.toString());
                yield answer(
                        uri, OciError.UNAVAILABLE, 503, "the store cannot be used now: " + e.getMessage(), Map.of());
            }
        };
    }

    /** What the framework refuses: no such path, no such method, a parameter that is no number. */
    @ServerExceptionMapper
    Response framework(WebApplicationException e, UriInfo uri) {
        int status = e.getResponse().getStatus();
        String message = status == 404 ? "page not found" : String.valueOf(e.getMessage());
        return Response.fromResponse(answer(uri, codeOf(status), status, message, Map.of()))
                .header(HttpHeaders.ALLOW, e.getResponse().getHeaderString(HttpHeaders.ALLOW))
                .build();
    }

    @ServerExceptionMapper
    Response unexpected(Throwable e, UriInfo uri) {
        LOG.errorf(e, "%s failed", uri.getPath());
        return answer(uri, OciError.UNKNOWN, 500, "the registry-gateway failed; its log says why", Map.of());
    }

    private static OciError codeOf(int status) {
        return switch (status) {
            case 401 -> OciError.UNAUTHORIZED;
            case 403 -> OciError.DENIED;
            case 404 -> OciError.NAME_UNKNOWN;
            case 405, 415, 501 -> OciError.UNSUPPORTED;
            case 429 -> OciError.TOOMANYREQUESTS;
            case 503 -> OciError.UNAVAILABLE;
            default -> OciError.UNKNOWN;
        };
    }

    private static Response answer(UriInfo uri, OciError error, int status, String message, Map<String, ?> detail) {
        String path = uri.getPath();
        if (path.equals("/v2") || path.startsWith("/v2/")) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("code", error.code());
            one.put("message", message);
            if (!detail.isEmpty()) {
                one.put("detail", detail);
            }
            return json(status, "application/json", Map.of("errors", List.of(one)));
        }
        if (path.startsWith("/images/") || path.startsWith("/distribution/") || path.equals("/auth")) {
            return json(status, "application/json", Map.of("message", message));
        }
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put(
                "title",
                Response.Status.fromStatusCode(status) == null
                        ? "Error"
                        : Response.Status.fromStatusCode(status).getReasonPhrase());
        problem.put("status", status);
        problem.put("detail", message);
        problem.putAll(detail);
        return json(status, "application/problem+json", problem);
    }

    private static Response json(int status, String type, Object body) {
        return Response.status(status).type(type).entity(body).build();
    }
}
