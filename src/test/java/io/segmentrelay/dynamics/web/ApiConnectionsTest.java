package io.segmentrelay.dynamics.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.NoAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that ends connections, in all the ways that there are, when a request is on its way. */
@QuarkusTest
@TestProfile(OnlyDynamics.class)
class ApiConnectionsTest {

    private final AtomicInteger requests = new AtomicInteger();

    /** How many requests a connection is good for. */
    private volatile int good = Integer.MAX_VALUE;

    private volatile boolean reset;
    private volatile String answer = "HTTP/1.1 204 No Content\r\n\r\n";

    @Nullable
    private ServerSocket server;

    @Nullable
    private ApiConnections api;

    @BeforeEach
    void start() throws IOException {
        var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = listening;
        Thread.ofVirtual().start(() -> accept(listening));
        var url = URI.create("http://127.0.0.1:" + listening.getLocalPort());
        api = ApiConnections.to(url, 10, Duration.ofSeconds(5), Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        api().close();
        Objects.requireNonNull(server).close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsLostOnAUsedConnectionIsSentAgainOnANewOne(boolean reset) {
        // Given
        good = 1;
        this.reset = reset;
        var calls = new AtomicInteger();

        // When / Then: a connection is used again once the client has it back, which may take a moment
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            assertThat(repeatable().status()).isEqualTo(204);
            return requests.get() > calls.incrementAndGet();
        });
    }

    @Test
    void oneRepeatIsEnough() {
        // Given
        good = 0;

        // When / Then
        assertThatThrownBy(this::repeatable).isInstanceOf(NoAnswer.class).hasMessage("the connection was closed");
        assertThat(requests).hasValue(2);
    }

    @Test
    void whatMustNotBeRepeatedIsSentOnceAndOnAConnectionOfItsOwn() {
        // Given
        good = 1;
        repeatable();

        // When
        var first = once();
        var second = once();

        // Then
        assertThat(first.status()).isEqualTo(204);
        assertThat(second.status()).isEqualTo(204);
        assertThat(requests).hasValue(3);

        // When / Then
        good = 0;
        assertThatThrownBy(this::once).isInstanceOf(NoAnswer.class);
        assertThat(requests).hasValue(4);
    }

    @Test
    void anAnswerThatHasBegunIsNotAskedForAgain() {
        // Given
        good = 1;
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";

        // When / Then
        assertThatThrownBy(this::repeatable).isInstanceOf(NoAnswer.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void anAnswerOfAnySizeEndsSomewhere() {
        // Given
        var length = HttpAnswer.MAX_SIZE + 1;
        answer = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(length, " ".repeat(length));

        // When / Then
        assertThatThrownBy(this::repeatable)
                .isInstanceOf(NoAnswer.class)
                .hasMessage("the answer is larger than 8388608 bytes");
        assertThat(requests).hasValue(1);
    }

    private HttpAnswer repeatable() {
        return await(api().repeatable(to -> to.definition("v9.0", "Bearer x", "id", "statuscode")));
    }

    private HttpAnswer once() {
        return await(api().once(to -> to.publish("v9.0", "Bearer x", new byte[0])));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(10));
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                var connection = listening.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            for (var served = 0; hasRequest(connection.getInputStream()); served++) {
                requests.incrementAndGet();
                if (served >= good) {
                    connection.setSoLinger(reset, 0);
                    return;
                }
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                if (!answer.endsWith("\r\n")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other end has gone.
        }
    }

    /** Requests here have no body. */
    private static boolean hasRequest(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        return true;
    }

    private ApiConnections api() {
        return Objects.requireNonNull(api);
    }
}
