package io.segmentrelay.sandbox.dynamics;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The token endpoint of Microsoft Entra ID, client credentials only. Client assertions are looked at, their signatures
 * are not verified.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">
 *     OAuth 2.0 client credentials flow</a>
 */
final class Entra {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final SimulatorSettings settings;
    private final Bearers bearers;

    Entra(SimulatorSettings settings, Bearers bearers) {
        this.settings = settings;
        this.bearers = bearers;
    }

    /** @param tenant of the path */
    Reply token(Incoming call, String tenant, String url) {
        if (!call.method().equals("POST")) {
            return refuse(400, "invalid_request", 900561, "The endpoint only accepts POST requests.");
        }
        if (!tenant.equals(settings.tenant())) {
            return refuse(400, "invalid_request", 90002, "Tenant '%s' not found.".formatted(tenant));
        }
        var form = form(call.body());
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return refuse(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
        }
        var client = form.getOrDefault("client_id", "");
        if (!client.equals(settings.clientId())) {
            return refuse(
                    400,
                    "unauthorized_client",
                    700016,
                    "Application with identifier '%s' was not found in the directory '%s'.".formatted(client, tenant));
        }
        return credential(form, url + "/" + tenant + "/oauth2/v2.0/token")
                .or(() -> scope(form.getOrDefault("scope", ""), url))
                .orElseGet(() -> granted(url));
    }

    private Reply granted(String url) {
        var now = settings.clock().instant();
        var life = settings.tokenLife();
        var body = Json.object()
                .put("token_type", "Bearer")
                .put("expires_in", life.toSeconds())
                .put("ext_expires_in", life.toSeconds())
                .put("access_token", bearers.issue(settings.tenant(), settings.clientId(), url, now, now.plus(life)));
        return Reply.of(200, headers(), Json.utf8(body));
    }

    /** What is wrong with it. */
    private Optional<Reply> credential(Map<String, String> form, String endpoint) {
        var secret = form.get("client_secret");
        if (secret != null) {
            return secret.equals(settings.clientSecret())
                    ? Optional.empty()
                    : Optional.of(refuse(
                            401,
                            "invalid_client",
                            7000215,
                            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret"
                                    + " value, not the client secret ID, for a secret added to app '%s'."
                                            .formatted(settings.clientId())));
        }
        var assertion = form.get("client_assertion");
        if (assertion == null) {
            return Optional.of(
                    refuse(
                            401,
                            "invalid_client",
                            7000216,
                            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."));
        }
        if (!ASSERTION_TYPE.equals(form.get("client_assertion_type"))) {
            return Optional.of(refuse(401, "invalid_client", 50027, "The client assertion type is not valid."));
        }
        return assertion(assertion, endpoint);
    }

    private Optional<Reply> assertion(String jwt, String endpoint) {
        var parts = List.of(jwt.split("[.]", -1));
        var header = parts.size() == 3 ? part(parts.get(0)) : Optional.<ObjectNode>empty();
        var claims = parts.size() == 3 ? part(parts.get(1)) : Optional.<ObjectNode>empty();
        if (header.isEmpty() || claims.isEmpty()) {
            return Optional.of(refuse(401, "invalid_client", 50027, "JWT token is invalid or malformed."));
        }
        var claim = claims.orElseThrow();
        if (Instant.ofEpochSecond(claim.path("exp").asLong())
                .isBefore(settings.clock().instant())) {
            return Optional.of(
                    refuse(401, "invalid_client", 700024, "Client assertion is not within its valid time range."));
        }
        if (!claim.path("iss").asText().equals(settings.clientId())) {
            return Optional.empty(); // of another issuer: a federated credential
        }
        if (!header.orElseThrow().has("x5t") && !header.orElseThrow().has("x5t#S256")) {
            return Optional.of(refuse(
                    401,
                    "invalid_client",
                    700027,
                    "Client assertion failed signature validation: the key was not found by its thumbprint."));
        }
        return claim.path("aud").asText().equals(endpoint)
                ? Optional.empty()
                : Optional.of(refuse(
                        401,
                        "invalid_client",
                        50027,
                        "JWT token is invalid or malformed: the audience is not the token endpoint."));
    }

    private static Optional<ObjectNode> part(String base64) {
        try {
            return Json.object(Base64.getUrlDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<Reply> scope(String scope, String url) {
        if (!scope.endsWith("/.default")) {
            return Optional.of(refuse(
                    400,
                    "invalid_scope",
                    1002012,
                    "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
                            .formatted(scope)));
        }
        var resource = scope.replaceFirst("/+[.]default$", "");
        return resource.equals(url) || resource.equals(url.replace("localhost", "127.0.0.1"))
                ? Optional.empty()
                : Optional.of(refuse(
                        400,
                        "invalid_resource",
                        500011,
                        "The resource principal named %s was not found in the tenant.".formatted(resource)));
    }

    private Reply refuse(int status, String error, int code, String words) {
        var now = settings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        var trace = UUID.randomUUID().toString();
        var correlation = UUID.randomUUID().toString();
        var body = Json.object()
                .put("error", error)
                .put(
                        "error_description",
                        "AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s"
                                .formatted(code, words, trace, correlation, now));
        body.putArray("error_codes").add(code);
        body.put("timestamp", now.toString())
                .put("trace_id", trace)
                .put("correlation_id", correlation)
                .put("error_uri", "https://login.microsoftonline.com/error?code=" + code);
        return Reply.of(status, headers(), Json.utf8(body));
    }

    private static Map<String, String> headers() {
        return Map.of(
                "Content-Type",
                "application/json; charset=utf-8",
                "Cache-Control",
                "no-store, no-cache",
                "Pragma",
                "no-cache");
    }

    private static Map<String, String> form(String body) {
        var form = new HashMap<String, String>();
        for (var pair : body.split("&", -1)) {
            var equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
