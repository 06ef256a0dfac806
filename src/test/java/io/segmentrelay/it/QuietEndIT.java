package io.segmentrelay.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A process that ends while it waits for a connection to the token endpoint says nothing of it. */
@EnabledOnOs(OS.LINUX) // where a full backlog leaves connections without an answer
class QuietEndIT {

    private static Map<String, String> settings(SilentHost tokens, String brokers) {
        return Map.of(
                "RELAY_DYNAMICS_URL", "http://localhost:1",
                "AZURE_TENANT_ID", "tenant",
                "AZURE_CLIENT_ID", "client",
                "AZURE_CLIENT_SECRET", "secret",
                "AZURE_AUTHORITY_HOST", tokens.url(),
                "KAFKA_BOOTSTRAP_SERVERS", brokers);
    }

    @Test
    void whereTheStartFails() throws IOException {
        // Given
        try (var tokens = new SilentHost();
                var relay = RelayProcess.launch(settings(tokens, "no-such-host.invalid:9092"))) {

            // When
            var code = relay.awaitExit(Duration.ofSeconds(30));

            // Then
            assertThat(code).isEqualTo(1);
            assertThat(relay.log().lines())
                    .singleElement()
                    .asString()
                    .startsWith("Not started: ")
                    .contains("bootstrap.servers");
        }
    }

    @Test
    void whereItIsStopped() throws IOException {
        // Given
        try (var tokens = new SilentHost();
                var relay = RelayProcess.launch(settings(tokens, "localhost:1"))) {
            await("a start")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> relay.health("started") == 200);
            assertThat(relay.health("ready"))
                    .as("ready, while nobody has answered with a token")
                    .isEqualTo(503);

            // When
            relay.terminate();

            // Then
            assertThat(relay.log()).contains("stopped in").doesNotContain("ERROR", "\tat ");
        }
    }

    /** Takes no connection: whoever asks for one hears neither yes nor no. */
    private static final class SilentHost implements AutoCloseable {

        private static final int FULL = 100;

        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final Deque<Socket> before = new ArrayDeque<>();

        SilentHost() throws IOException {
            do {
                before.push(new Socket());
            } while (before.size() < FULL && isTaken(before.peek()));
        }

        private boolean isTaken(Socket socket) throws IOException {
            try {
                socket.connect(server.getLocalSocketAddress(), 300);
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            }
        }

        String url() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (var socket : before) {
                socket.close();
            }
            server.close();
        }
    }
}
