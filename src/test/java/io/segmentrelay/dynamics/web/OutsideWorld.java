package io.segmentrelay.dynamics.web;

import java.util.Map;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import no.nav.security.mock.oauth2.MockOAuth2Server;

/** A web server in the place of Dynamics, and a real OIDC server in the place of Entra ID. */
public final class OutsideWorld implements QuarkusTestResourceLifecycleManager {

    private final WireMockServer dynamics =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().jettyHeaderRequestSize(32 * 1024));
    private final MockOAuth2Server entra = new MockOAuth2Server();

    @Override
    public Map<String, String> start() {
        dynamics.start();
        entra.start();
        return Map.of(
                "relay.dynamics.url", dynamics.baseUrl() + "/",
                "relay.dynamics.timeout", "2s",
                "AZURE_AUTHORITY_HOST", "http://localhost:" + entra.baseUrl().port(),
                "AZURE_TENANT_ID", "tenant",
                "AZURE_CLIENT_ID", "relay",
                "AZURE_CLIENT_SECRET", "secret");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(dynamics, new TestInjector.MatchesType(WireMockServer.class));
        injector.injectIntoFields(entra, new TestInjector.MatchesType(MockOAuth2Server.class));
    }

    @Override
    public void stop() {
        dynamics.stop();
        entra.shutdown();
    }
}
