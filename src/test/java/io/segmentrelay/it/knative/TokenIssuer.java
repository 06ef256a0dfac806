package io.segmentrelay.it.knative;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Issues tokens as a Kubernetes cluster does for its service accounts, and tells its keys; it may be down, and change its key. */
public final class TokenIssuer implements AutoCloseable {

    private static final String JWKS = "/openid/v1/jwks";

    private final int port;
    private RsaJsonWebKey key = newKey();
    private @Nullable HttpServer server;

    /** An issuer that is down. */
    public TokenIssuer() {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its URL, also while it is down. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Answers from now on. */
    public void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serve(
                "/.well-known/openid-configuration",
                new JsonObject()
                        .put("issuer", url())
                        .put("jwks_uri", url() + JWKS)
                        .put("response_types_supported", List.of("id_token"))
                        .put("subject_types_supported", List.of("public"))
                        .put("id_token_signing_alg_values_supported", List.of("RS256")));
        Objects.requireNonNull(server).createContext(JWKS, exchange -> {
            try (exchange) {
                var keys = new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
                var bytes = keys.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        Objects.requireNonNull(server).start();
    }

    /** Signs with another key from now on, under another name. */
    public void changeKey() {
        key = newKey();
    }

    /** Answers no more. */
    public void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    /** A token of its own. */
    public String token(String audience, Duration life) {
        return token(url(), audience, life, key);
    }

    /** A token that says it is of another issuer, signed with this one's key. */
    public String tokenOf(String issuer, String audience) {
        return token(issuer, audience, Duration.ofMinutes(10), key);
    }

    /** A token under the name of this issuer's key, signed with another one. */
    public String forged(String audience) {
        var other = newKey();
        other.setKeyId(key.getKeyId());
        return token(url(), audience, Duration.ofMinutes(10), other);
    }

    private static String token(String issuer, String audience, Duration life, RsaJsonWebKey key) {
        var claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setAudience(audience);
        claims.setSubject("system:serviceaccount:default:broker");
        claims.setIssuedAt(
                NumericDate.fromSeconds(Instant.now().minusSeconds(600).getEpochSecond()));
        claims.setExpirationTime(
                NumericDate.fromSeconds(Instant.now().plus(life).getEpochSecond()));
        claims.setGeneratedJwtId();
        var signed = new JsonWebSignature();
        signed.setAlgorithmHeaderValue("RS256");
        signed.setKeyIdHeaderValue(key.getKeyId());
        signed.setKey(key.getPrivateKey());
        signed.setPayload(claims.toJson());
        try {
            return signed.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(String path, JsonObject answer) {
        Objects.requireNonNull(server).createContext(path, exchange -> {
            try (exchange) {
                var bytes = answer.toBuffer().getBytes();
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    private static RsaJsonWebKey newKey() {
        try {
            var key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(UUID.randomUUID().toString());
            key.setAlgorithm("RS256");
            key.setUse("sig");
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
