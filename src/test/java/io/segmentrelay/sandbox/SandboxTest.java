package io.segmentrelay.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SandboxTest {

    @Test
    void itsEnvironmentLeadsToABrokerAndToATokenEndpoint() throws Exception {
        // Given
        try (var sandbox = Sandbox.start(SandboxOptions.defaults())) {

            // When
            var env = sandbox.env();

            // Then
            assertThat(env)
                    .containsOnlyKeys(
                            "KAFKA_BOOTSTRAP_SERVERS",
                            "RELAY_DYNAMICS_URL",
                            "AZURE_TENANT_ID",
                            "AZURE_CLIENT_ID",
                            "AZURE_CLIENT_SECRET",
                            "AZURE_AUTHORITY_HOST");
            assertThat(nodesOf(env)).isEqualTo(1);
            assertThat(token(env).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void twoShareNothing() {
        // When
        try (var one = Sandbox.start(SandboxOptions.defaults());
                var two = Sandbox.start(SandboxOptions.defaults())) {

            // Then
            assertThat(one.kafka().bootstrapServers()).isNotEqualTo(two.kafka().bootstrapServers());
            assertThat(one.dynamics().url()).isNotEqualTo(two.dynamics().url());
        }
    }

    @Test
    void leavesNoSimulatorBehindWhereTheBrokerDoesNotStart() throws IOException {
        // Given
        var dynamicsPort = Ports.free();
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            var options = SandboxOptions.defaults().withKafkaPort(taken.getLocalPort());
            options.simulator().port(dynamicsPort);

            // Then
            assertThatIllegalStateException().isThrownBy(() -> Sandbox.start(options));
            assertThat(Ports.isFree(dynamicsPort)).isTrue();
        }
    }

    private static int nodesOf(Map<String, String> env) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", value(env, "KAFKA_BOOTSTRAP_SERVERS")))) {
            return admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).size();
        }
    }

    private static HttpResponse<Void> token(Map<String, String> env) throws Exception {
        var form = "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s"
                .formatted(
                        encode(value(env, "AZURE_CLIENT_ID"), UTF_8),
                        encode(value(env, "AZURE_CLIENT_SECRET"), UTF_8),
                        encode(value(env, "RELAY_DYNAMICS_URL") + "/.default", UTF_8));
        var host = value(env, "AZURE_AUTHORITY_HOST").replaceAll("/+$", "");
        var request = HttpRequest.newBuilder(
                        URI.create(host + "/" + value(env, "AZURE_TENANT_ID") + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding());
        }
    }

    private static String value(Map<String, String> env, String name) {
        return Objects.requireNonNull(env.get(name), name);
    }
}
