package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.HttpCall;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.time.Durations;

/**
 * What an OIDC issuer says of itself: its name, and its keys. A Kubernetes cluster tells its keys to those only who show a
 * token of their own; other issuers tell them to everyone, and are shown nothing.
 */
final class TokenIssuerKeys {

    private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String CLUSTER = "kubernetes.default.svc";
    private static final String CLUSTER_KEYS = "/openid/v1/jwks";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 2;

    /** Where the issuer does not say how long its keys count, and the longest that is believed. */
    private static final Duration USUAL_LIFE = Duration.ofHours(1);

    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);
    private static final Pattern MAX_AGE = Pattern.compile("(?i)\\bmax-age\\s*=\\s*\"?([0-9]{1,9})");

    private final Supplier<HttpSender> senders;
    private final String url;
    private final Path token;
    private final boolean isCluster;
    private @Nullable HttpSender sender;

    /** The issuer does not say now what it has to. The message says why. */
    static final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unavailable(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * What an issuer said.
     *
     * @param name the {@code iss} of its tokens
     * @param keys that its tokens are signed with
     * @param life after which it is to be asked again
     */
    record Metadata(String name, List<JsonWebKey> keys, Duration life) {
        Metadata {
            keys = List.copyOf(keys);
        }
    }

    /** @param pod the folder that a pod finds its token in */
    TokenIssuerKeys(Supplier<HttpSender> senders, URI url, Path pod, boolean isCluster) {
        this.senders = senders;
        this.url = url.toString().replaceAll("/+$", "");
        this.token = pod.resolve("token");
        this.isCluster = isCluster;
    }

    /**
     * An issuer, not asked yet.
     *
     * @param url before {@code /.well-known/openid-configuration}
     * @param tls whom to trust; a cluster's own authority is known to its pods
     */
    static TokenIssuerKeys of(URI url, Vertx vertx, TlsConfigurationRegistry tls) {
        var isCluster = isCluster(url);
        return new TokenIssuerKeys(() -> sender(vertx, tls, isCluster), url, POD, isCluster);
    }

    private static HttpSender sender(Vertx vertx, TlsConfigurationRegistry tls, boolean isCluster) {
        var options = HttpSender.options(tls.getDefault(), CONNECTIONS, TIMEOUT);
        var authority = POD.resolve("ca.crt");
        if (isCluster && Files.isReadable(authority)) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
        }
        return HttpSender.of(vertx, options);
    }

    /** Asks; fails where the issuer does not say both now. */
    Uni<Metadata> fetch() {
        return get(url + "/.well-known/openid-configuration").flatMap(answer -> {
            var document = document(answer);
            var name = text(document, "issuer");
            // A cluster names an address of its API server that its certificate need not be for.
            var location = isCluster ? url + CLUSTER_KEYS : text(document, "jwks_uri");
            return get(location).map(keys -> new Metadata(name, keys(keys), life(keys)));
        });
    }

    private Uni<HttpAnswer> get(String location) {
        return Uni.createFrom()
                .deferred(() -> sender().send(HttpCall.get(location, headers(), TIMEOUT)))
                .invoke(answer -> {
                    if (answer.status() != 200) {
                        throw new Unavailable("the issuer answered " + answer.status());
                    }
                });
    }

    private synchronized HttpSender sender() {
        if (sender == null) {
            sender = senders.get();
        }
        return sender;
    }

    private Map<String, String> headers() {
        var headers = new HashMap<>(Map.of("Accept", "application/json"));
        if (isCluster && Files.isReadable(token)) {
            try {
                headers.put("Authorization", "Bearer " + Files.readString(token).strip());
            } catch (IOException e) {
                throw new Unavailable("the pod's own token cannot be read");
            }
        }
        return headers;
    }

    private static JsonObject document(HttpAnswer answer) {
        try {
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw new Unavailable("the discovery document is none");
        }
    }

    private static String text(JsonObject document, String name) {
        if (document.getValue(name) instanceof String text) {
            return text;
        }
        throw new Unavailable("the discovery document names no " + name);
    }

    private static List<JsonWebKey> keys(HttpAnswer answer) {
        try {
            return new JsonWebKeySet(answer.body()).getJsonWebKeys();
        } catch (JoseException | ClassCastException e) {
            throw new Unavailable("the issuer's keys are none");
        }
    }

    private static Duration life(HttpAnswer answer) {
        var said = answer.header("Cache-Control")
                .map(MAX_AGE::matcher)
                .filter(java.util.regex.Matcher::find)
                .map(found -> Duration.ofSeconds(Long.parseLong(found.group(1))))
                .orElse(USUAL_LIFE);
        if (said.compareTo(SHORTEST_LIFE) < 0) {
            return SHORTEST_LIFE;
        }
        return Durations.min(said, USUAL_LIFE);
    }

    static boolean isCluster(URI url) {
        return Optional.ofNullable(url.getHost())
                .filter(host -> (host + '.').startsWith(CLUSTER + '.'))
                .isPresent();
    }
}
