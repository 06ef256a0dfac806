package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;

import jakarta.enterprise.context.ApplicationScoped;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.smallrye.mutiny.Uni;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.TokenDefaults.Cluster;

/**
 * Shows the pod's own token to a cluster's API that is asked for its keys: it does not tell them to everyone. Other issuers
 * do, and are shown nothing.
 */
@ApplicationScoped
@Unremovable
@OidcEndpoint({OidcEndpoint.Type.DISCOVERY, OidcEndpoint.Type.JWKS})
class ClusterKeys implements OidcRequestFilter {

    private final URI issuer;

    ClusterKeys(RelayConfig config) {
        this.issuer = config.http().issuer();
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        if (Cluster.isIssuer(issuer.toString()) && Files.isReadable(Cluster.TOKEN)) {
            try {
                context.request()
                        .putHeader(
                                "Authorization",
                                "Bearer " + Files.readString(Cluster.TOKEN).strip());
            } catch (IOException e) {
                // Without it the API says no, and that is logged.
            }
        }
        return Uni.createFrom().voidItem();
    }
}
