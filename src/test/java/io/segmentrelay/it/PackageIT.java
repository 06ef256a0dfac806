package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What is in the package, and what it does with wrong settings. */
class PackageIT {

    private static final Path APP = Path.of("target", "quarkus-app");

    private static final Map<String, String> COMPLETE = Map.of(
            "RELAY_DYNAMICS_URL", "http://localhost:1",
            "AZURE_TENANT_ID", "tenant",
            "AZURE_CLIENT_ID", "client",
            "AZURE_CLIENT_SECRET", "secret",
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:1");

    @Test
    void holdsNoSandboxAndNoAws() throws IOException {
        // Given: a native executable has no jars to look into
        assumeThat(RelayProcess.isNative()).isFalse();

        // When
        var names = new ArrayList<String>();
        List<Path> jars;
        try (var files = Files.walk(APP)) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (var jar : jars) {
            names.add(jar.getFileName().toString());
            try (var file = new JarFile(jar.toFile())) {
                file.stream().forEach(entry -> names.add(entry.getName()));
            }
        }

        // Then
        assertThat(names)
                .anyMatch(name -> name.endsWith("io/segmentrelay/workflow/SegmentWorkflow.class"))
                .noneMatch(name -> name.contains("segmentrelay/sandbox"))
                .noneMatch(name -> name.startsWith("console/"))
                .noneMatch(name -> name.startsWith("kafka/server/"))
                .noneMatch(name -> name.contains("amazonaws") || name.contains("software/amazon"))
                .noneMatch(name -> name.endsWith("application-dev.properties"));
    }

    @ParameterizedTest
    @CsvSource({
        "RELAY_DYNAMICS_URL, '', relay.dynamics.url",
        "RELAY_DYNAMICS_URL, contoso, relay.dynamics.url",
        "RELAY_DYNAMICS_URL, https://user:planted@contoso.example, relay.dynamics.url",
        "RELAY_DYNAMICS_URL, https://contoso.example/a/proxy, relay.dynamics.url",
        "AZURE_AUTHORITY_HOST, https://login.microsoftonline.com/another/oauth2/v2.0/token, AZURE_AUTHORITY_HOST",
        "RELAY_POLL_MAX_INTERVAL, -1s, relay.poll.max-interval",
        "RELAY_WINDOW, 5 parsecs, relay.window",
        "RELAY_PAGE_SIZE, 0, relay.page-size",
        "AZURE_TENANT_ID, '', AZURE_TENANT_ID",
        "AZURE_CLIENT_SECRET, '', AZURE_CLIENT_SECRET",
        "KAFKA_BOOTSTRAP_SERVERS, '', KAFKA_BOOTSTRAP_SERVERS",
        "KAFKA_BOOTSTRAP_SERVERS, localhost, KAFKA_BOOTSTRAP_SERVERS",
        "KAFKA_BOOTSTRAP_SERVERS, no-such-host.invalid:9092, bootstrap.servers",
        "KAFKA_SECURITY_PROTOCOL, secret, security.protocol",
        "KAFKA_ACKS, most, acks",
        "RELAY_KAFKA_ENABLED, ture, relay.kafka.enabled",
        "RELAY_HTTP_ENABLED, ture, relay.http.enabled",
        "RELAY_SOURCE, the relay, relay.source",
        "K_SINK, not a url, K_SINK",
    })
    void aWrongSettingEndsTheStartWithOneLineThatNamesIt(String name, String value, String named) {
        // Given
        var settings = new java.util.HashMap<>(COMPLETE);
        settings.put(name, value);

        // When
        try (var relay = RelayProcess.launch(settings)) {
            var code = relay.awaitExit(Duration.ofSeconds(30));

            // Then
            assertThat(code).isEqualTo(1);
            assertThat(relay.log().lines().filter(line -> !line.isBlank()))
                    .as("what it wrote")
                    .singleElement()
                    .asString()
                    .startsWith("Not started: ")
                    .contains(named)
                    .doesNotContain("planted");
        }
    }
}
