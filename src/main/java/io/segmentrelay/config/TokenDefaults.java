package io.segmentrelay.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The defaults that {@code relay.http.audience} decides: without it nothing verifies tokens. Where a Kubernetes cluster
 * issues them, its keys are had from its API, whose certificate is trusted by the authority that each pod is given.
 */
public class TokenDefaults implements ConfigSourceFactory {

    private static final int ORDINAL = 100; // as in SinkDefaults

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        var audience = value(context, "relay.http.audience");
        var issuer = value(context, "relay.http.issuer").orElse(Cluster.ISSUER);
        var defaults = new HashMap<String, String>();
        defaults.put("quarkus.oidc.tenant-enabled", Boolean.toString(audience.isPresent()));
        if (audience.isPresent() && Cluster.isIssuer(issuer)) {
            // The discovery document names an address of the API server that its certificate may not be for.
            defaults.put("quarkus.oidc.jwks-path", Cluster.KEYS);
            if (Files.isReadable(Cluster.AUTHORITY)) {
                defaults.put("quarkus.tls.cluster.trust-store.pem.certs", Cluster.AUTHORITY.toString());
                defaults.put("quarkus.oidc.tls.tls-configuration-name", "cluster");
            }
        }
        return List.of(new PropertiesConfigSource(defaults, "the defaults that relay.http.audience decides", ORDINAL));
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        return Optional.ofNullable(context.getValue(name).getValue()).filter(value -> !value.isBlank());
    }

    /** A Kubernetes cluster as an issuer of tokens, seen from a pod. */
    public static final class Cluster {

        /** Where each cluster answers its own pods. */
        public static final String ISSUER = "https://kubernetes.default.svc";

        /** The pod's own token, which the API asks for. */
        public static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

        private static final Path AUTHORITY = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
        private static final String KEYS = "/openid/v1/jwks";

        private Cluster() {}

        /** Whether this is the address of the cluster's API. */
        public static boolean isIssuer(String url) {
            try {
                var host = URI.create(url).getHost();
                return host != null && (host + '.').startsWith("kubernetes.default.svc.");
            } catch (IllegalArgumentException e) {
                return false; // SettingsCheck says so
            }
        }
    }
}
