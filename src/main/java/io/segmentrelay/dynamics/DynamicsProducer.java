package io.segmentrelay.dynamics;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.quarkus.arc.DefaultBean;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.rest.client.inject.RestClient;

import io.segmentrelay.config.AzureCredentials;
import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.time.SystemTime;
import io.segmentrelay.time.Time;

/** Puts the parts of this package together. */
@Singleton
final class DynamicsProducer {

    @Produces
    @Singleton
    @DefaultBean
    Time time() {
        return new SystemTime();
    }

    @Produces
    @Singleton
    AzureCredentials credentials(Config config) {
        return AzureCredentials.of(config);
    }

    @Produces
    @Singleton
    DynamicsGate gate(Time time, RelayConfig config) {
        return new DynamicsGate(
                time, config.dynamics().maxConcurrency(), config.dynamics().requestsPer5Minutes());
    }

    @Produces
    @Singleton
    DynamicsTokens tokens(AzureCredentials credentials, OidcClients clients, RelayConfig config, Time time) {
        var endpoint = new OidcTokenEndpoint(
                credentials,
                clients,
                config.dynamics().url(),
                time,
                config.dynamics().timeout());
        return new DynamicsTokens(endpoint, time);
    }

    @Produces
    @Singleton
    HttpClient membersClient(Vertx vertx, RelayConfig config, TlsConfigurationRegistry tls) {
        var dynamics = config.dynamics();
        var options = new HttpClientOptions()
                .setSsl("https".equals(dynamics.url().getScheme()))
                .setMaxPoolSize(dynamics.maxConcurrency())
                .setConnectTimeout((int) dynamics.timeout().toMillis());
        // The same trust as the REST client has for the other calls.
        tls.get("dynamics").or(tls::getDefault).ifPresent(trust -> TlsConfigUtils.configure(options, trust));
        return vertx.createHttpClient(options);
    }

    void close(@Disposes HttpClient client) {
        client.close();
    }

    @Produces
    @Singleton
    Dynamics dynamics(
            @RestClient DynamicsApi api,
            HttpClient client,
            DynamicsTokens tokens,
            DynamicsGate gate,
            Time time,
            RelayConfig config) {
        var settings = DynamicsClient.Settings.of(config.dynamics());
        var members = new MembersHttp(client, settings.url(), settings.version(), settings.timeout());
        return new DynamicsClient(api, members, tokens, gate, time, settings);
    }
}
