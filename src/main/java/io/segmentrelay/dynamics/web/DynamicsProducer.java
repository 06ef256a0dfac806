package io.segmentrelay.dynamics.web;

import java.io.IOException;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.quarkus.arc.DefaultBean;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import org.eclipse.microprofile.config.Config;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.RelayConfig.LimitsOf;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.limits.CallLimits;
import io.segmentrelay.dynamics.limits.DynamicsGate;
import io.segmentrelay.dynamics.login.AzureCredentials;
import io.segmentrelay.dynamics.login.DynamicsTokens;
import io.segmentrelay.dynamics.login.OidcTokenEndpoint;
import io.segmentrelay.dynamics.members.MembersHttp;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.time.SystemTime;
import io.segmentrelay.time.Time;

/** Puts the parts of this package together. */
@Singleton
final class DynamicsProducer {

    private static final String TLS_NAME = "relay-tokens";

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
        var dynamics = config.dynamics();
        var limits = new CallLimits(
                dynamics.maxConcurrency(),
                dynamics.requestsPer5Minutes(),
                dynamics.executionTimePer5Minutes()
                        .orElseGet(() -> CallLimits.usualExecutionTime(dynamics.requestsPer5Minutes())));
        var usual = config.kafka().enabled() ? LimitsOf.GROUP : LimitsOf.PROCESS;
        return switch (dynamics.limits().orElse(usual)) {
            case GROUP -> DynamicsGate.ofGroup(time, limits, dynamics.timeout());
            case PROCESS -> DynamicsGate.ofProcess(time, limits);
        };
    }

    @Produces
    @Singleton
    HttpSender sender(Vertx vertx, RelayConfig config, TlsConfigurationRegistry tls) {
        var dynamics = config.dynamics();
        return HttpSender.of(vertx, tls.getDefault(), dynamics.maxConcurrency(), dynamics.timeout());
    }

    void close(@Disposes HttpSender sender) {
        sender.close();
    }

    @Produces
    @Singleton
    DynamicsTokens tokens(
            AzureCredentials credentials,
            OidcClients clients,
            TlsConfigurationRegistry tls,
            HttpSender http,
            RelayConfig config,
            Time time) {
        var dynamics = config.dynamics();
        // The OIDC client takes a configuration that has a name only.
        tls.getDefault().ifPresent(defaults -> tls.register(TLS_NAME, defaults));
        var endpoint = new OidcTokenEndpoint(
                credentials,
                clients,
                tls.getDefault().map(ignored -> TLS_NAME),
                http,
                dynamics.url(),
                time,
                dynamics.timeout());
        return new DynamicsTokens(endpoint, time);
    }

    @Produces
    @Singleton
    ApiConnections api(RelayConfig config, TlsConfigurationRegistry tls) {
        var dynamics = config.dynamics();
        return ApiConnections.to(dynamics.url(), dynamics.maxConcurrency(), dynamics.timeout(), tls.getDefault());
    }

    void close(@Disposes ApiConnections api) throws IOException {
        api.close();
    }

    @Produces
    @Singleton
    Dynamics dynamics(
            ApiConnections api,
            HttpSender http,
            DynamicsTokens tokens,
            DynamicsGate gate,
            Time time,
            RelayConfig config) {
        var settings = DynamicsClient.Settings.of(config.dynamics());
        var members = new MembersHttp(http, settings.url(), settings.version(), settings.timeout());
        return new DynamicsClient(api, members, tokens, gate, time, settings);
    }
}
