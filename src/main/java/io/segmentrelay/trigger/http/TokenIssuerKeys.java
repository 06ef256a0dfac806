package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jose4j.http.Response;
import org.jose4j.http.SimpleGet;
import org.jose4j.http.SimpleResponse;
import org.jose4j.jwk.HttpsJwks;
import org.jspecify.annotations.Nullable;

/**
 * What an OIDC issuer says of itself: its name, and where its keys are. All calls block. A Kubernetes cluster tells its keys
 * to those only who show a token of their own; other issuers tell them to everyone, and are shown nothing.
 */
final class TokenIssuerKeys implements SimpleGet {

    private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String CLUSTER = "kubernetes.default.svc";
    private static final String CLUSTER_KEYS = "/openid/v1/jwks";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Another key's name makes the keys be looked for again, but not more often than this. */
    private static final Duration REFRESH_DISTANCE = Duration.ofSeconds(10);

    /** Known keys count on while the issuer is down. */
    private static final Duration KEPT_WHILE_DOWN = Duration.ofDays(1);

    private final URI url;
    private final Path token;
    private final Path authority;
    private final boolean isCluster;
    private @Nullable HttpClient client;

    /**
     * An issuer, not asked yet.
     *
     * @param url before {@code /.well-known/openid-configuration}
     */
    TokenIssuerKeys(URI url) {
        this(url, POD, isCluster(url));
    }

    /** @param pod the folder that a pod finds its token and the cluster's authority in */
    TokenIssuerKeys(URI url, Path pod, boolean isCluster) {
        this.url = url;
        this.token = pod.resolve("token");
        this.authority = pod.resolve("ca.crt");
        this.isCluster = isCluster;
    }

    /**
     * Who the issuer says that it is, and its keys, which renew themselves.
     *
     * @param name the {@code iss} of its tokens
     */
    record Metadata(String name, HttpsJwks keys) {}

    /** @throws IOException where the issuer does not say so now */
    Metadata discover() throws IOException {
        var base = url.toString().replaceAll("/+$", "");
        try {
            var json = new JsonObject(
                    get(base + "/.well-known/openid-configuration").getBody());
            // A cluster names an address of its API server that its certificate need not be for.
            var location = isCluster ? base + CLUSTER_KEYS : json.getString("jwks_uri");
            var name = json.getString("issuer");
            if (location == null || name == null) {
                throw new IOException("the discovery document names no issuer or no keys");
            }
            var keys = new HttpsJwks(location);
            keys.setSimpleHttpGet(this);
            keys.setRefreshReprieveThreshold(REFRESH_DISTANCE.toMillis());
            keys.setRetainCacheOnErrorDuration(KEPT_WHILE_DOWN.toSeconds());
            return new Metadata(name, keys);
        } catch (DecodeException | ClassCastException e) {
            throw new IOException("the discovery document is none", e);
        }
    }

    @Override
    public SimpleResponse get(String location) throws IOException {
        var request = request(location).timeout(TIMEOUT);
        if (isCluster && Files.isReadable(token)) {
            request.header("Authorization", "Bearer " + Files.readString(token).strip());
        }
        try {
            var answer = client().send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the issuer answered " + answer.statusCode());
            }
            return new Response(200, "OK", answer.headers().map(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static HttpRequest.Builder request(String location) throws IOException {
        try {
            return HttpRequest.newBuilder(URI.create(location));
        } catch (IllegalArgumentException e) {
            throw new IOException("the issuer's address of keys is none", e);
        }
    }

    private synchronized HttpClient client() throws IOException {
        if (client == null) {
            var builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
            if (isCluster && Files.isReadable(authority)) {
                builder.sslContext(trusting(authority));
            }
            client = builder.build();
        }
        return client;
    }

    private static SSLContext trusting(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the cluster's authority cannot be read", e);
        }
    }

    private static boolean isCluster(URI url) {
        return url.getHost() != null && (url.getHost() + '.').startsWith(CLUSTER + '.');
    }
}
