package io.segmentrelay.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.segmentrelay.http.HttpCall.Repeat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Against a server that writes bytes, and closes connections as it likes. */
class HttpSenderTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final byte[] OK = head("200 OK", "Content-Length: 2", "ok");

    /** What a server does to a connection once it has answered on it. */
    enum Manners {
        /** Closes it, and had said so. */
        CLOSE_AND_SAY,
        /** Closes it without a word. */
        CLOSE,
        /** Closes its own direction only. */
        HALF_CLOSE,
        /** Resets it when the next request has come. */
        RESET_ON_NEXT,
        /** Closes it when the next request has come: as if it had been closed while that was on its way. */
        CLOSE_ON_NEXT
    }

    /** With one event loop: each has connections of its own. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    private final HttpSender http = HttpSender.of(vertx, Optional.empty(), 4, TIMEOUT);
    private final List<String> answered = new CopyOnWriteArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @EnumSource(Manners.class)
    void getsThroughToAServerThatClosesEachConnectionAfterAnAnswer(Manners manners) {
        // Given
        serve(connection -> {
            var request = request(connection);
            answered.add(request);
            write(connection, manners == Manners.CLOSE_AND_SAY ? closing() : OK);
            switch (manners) {
                case CLOSE_AND_SAY, CLOSE -> {}
                case HALF_CLOSE -> {
                    connection.shutdownOutput();
                    request(connection);
                }
                case RESET_ON_NEXT -> {
                    request(connection);
                    connection.setSoLinger(true, 0);
                }
                case CLOSE_ON_NEXT -> request(connection);
            }
        });

        // When: look, then what must not be repeated, as a publish does it, over and over
        for (var i = 0; i < 5; i++) {
            assertThat(send(get()).body()).isEqualTo("ok");
            assertThat(send(post(Repeat.NEVER)).body()).isEqualTo("ok");
            assertThat(send(post(Repeat.HARMLESS)).body()).isEqualTo("ok");
        }

        // Then: each was answered, and once
        assertThat(answered).hasSize(15);
    }

    @Test
    void sendsWhatMustNotBeRepeatedOnce() {
        // Given
        serve(connection -> {
            answered.add(request(connection));
            connection.setSoLinger(true, 0);
        });

        // When / Then
        assertThatThrownBy(() -> send(post(Repeat.NEVER))).isInstanceOf(NoAnswer.class);
        assertThat(answered).hasSize(1);
    }

    @Test
    void repeatsOnceWhatIsLostOnAUsedConnection() {
        // Given
        serve(connection -> {
            if (answered.isEmpty()) {
                answered.add(request(connection));
                write(connection, OK);
            }
            answered.add(request(connection));
        });
        send(get());

        // When / Then
        assertThatThrownBy(() -> send(get())).isInstanceOf(NoAnswer.class).hasMessage("the connection was closed");
        assertThat(answered).as("the first, the lost, and its repeat").hasSize(3);
    }

    @Test
    void keepsAConnectionThatIsGood() {
        // Given
        var connections = new CopyOnWriteArrayList<Socket>();
        serve(connection -> {
            connections.add(connection);
            while (!request(connection).isEmpty()) {
                write(connection, OK);
            }
        });

        // When
        for (var i = 0; i < 10; i++) {
            send(get());
        }

        // Then
        assertThat(connections).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
    void anAnswerThatIsCutOrResetIsNone(String length) {
        // Given
        serve(connection -> {
            request(connection);
            write(connection, head("200 OK", length, length.startsWith("C") ? "half" : "4\r\nhalf\r\n"));
            connection.setSoLinger(true, 0);
        });

        // When / Then
        assertThatThrownBy(() -> send(get())).isInstanceOf(NoAnswer.class);
    }

    @Test
    void anAnswerThatDoesNotComeIsNone() {
        // Given
        serve(connection -> {
            request(connection);
            request(connection); // until the client goes away
        });
        var quick = HttpCall.get(url(), Map.of(), Duration.ofMillis(200));

        // When / Then
        assertThatThrownBy(() -> send(quick)).isInstanceOf(NoAnswer.class).hasMessage("no answer in time");
    }

    @Test
    void aServerThatIsSlowIsNotAskedTwice() {
        // Given
        serve(connection -> {
            answered.add(request(connection));
            write(connection, OK);
            answered.add(request(connection));
            request(connection); // until the client goes away
        });
        send(get());

        // When / Then
        assertThatThrownBy(() -> send(HttpCall.get(url(), Map.of(), Duration.ofMillis(200))))
                .hasMessage("no answer in time");
        assertThat(answered).hasSize(2);
    }

    @Test
    void nobodyListeningIsSaid() throws IOException {
        // Given
        server.close();

        // When / Then
        assertThatThrownBy(() -> send(get()))
                .isInstanceOf(NoAnswer.class)
                .hasMessageContaining("no connection: Connection refused");
    }

    @Test
    void decodesWhatItAskedFor() throws IOException {
        for (var encoding : List.of("gzip", "x-gzip", "GZIP", "deflate", "identity", "")) {
            // Given
            var text = "Zwölf Boxkämpfer ".repeat(50);
            var bytes = new ByteArrayOutputStream();
            try (var out = encoding.equalsIgnoreCase("deflate")
                    ? new DeflaterOutputStream(bytes)
                    : encoding.toLowerCase(java.util.Locale.ROOT).endsWith("gzip")
                            ? new GZIPOutputStream(bytes)
                            : bytes) {
                out.write(text.getBytes(UTF_8));
            }
            restart();
            serve(connection -> {
                answered.add(request(connection));
                write(
                        connection,
                        head(
                                "200 OK",
                                "Content-Encoding: %s\r\nContent-Length: %d".formatted(encoding, bytes.size()),
                                ""));
                write(connection, bytes.toByteArray());
            });

            // When
            var answer = send(get());

            // Then
            assertThat(answer.body()).as(encoding).isEqualTo(text);
            assertThat(answered.getLast()).contains("accept-encoding: gzip, deflate");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, br", "gzip"})
    void saysWhatItCannotDecodeAndKeepsTheStatus(String encoding) {
        // Given
        serve(connection -> {
            request(connection);
            write(
                    connection,
                    head("400 Bad Request", "Content-Encoding: " + encoding + "\r\nContent-Length: 7", "no gzip"));
        });

        // When
        var answer = send(get());

        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(ErrorBody.of(answer).message().orElseThrow())
                .contains(encoding.equals("gzip") ? "it is no gzip" : "it is encoded as " + encoding);
    }

    @Test
    void answersOfAnySizeEndSomewhere() {
        // Given
        serve(connection -> {
            request(connection);
            write(connection, head("200 OK", "Transfer-Encoding: chunked", ""));
            var chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (var i = 0; i < 10_000; i++) {
                write(connection, chunk);
            }
        });

        // When
        var answer = send(get());

        // Then
        assertThat(answer.body()).isEqualTo("(it is larger than %d bytes)".formatted(TextBody.MAX));
    }

    private HttpAnswer send(HttpCall call) {
        return http.send(call).await().atMost(Duration.ofSeconds(20));
    }

    private HttpCall get() {
        return HttpCall.get(url(), Map.of(), TIMEOUT);
    }

    private HttpCall post(Repeat repeat) {
        return HttpCall.post(url(), Map.of(), "{}".getBytes(UTF_8), TIMEOUT, repeat);
    }

    private String url() {
        return "http://127.0.0.1:%d/x".formatted(server.getLocalPort());
    }

    private static byte[] closing() {
        return head("200 OK", "Connection: close\r\nContent-Length: 2", "ok");
    }

    private static byte[] head(String status, String header, String body) {
        return "HTTP/1.1 %s\r\n%s\r\n\r\n%s".formatted(status, header, body).getBytes(UTF_8);
    }

    /** What is done with one connection; it is closed afterwards. */
    @FunctionalInterface
    private interface Served {
        void serve(Socket connection) throws IOException;
    }

    private void restart() throws IOException {
        server.close();
        listen();
    }

    private void serve(Served served) {
        var listening = server;
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    var connection = listening.accept();
                    Thread.ofVirtual().start(() -> {
                        try (connection) {
                            served.serve(connection);
                        } catch (IOException e) {
                            // The client has gone away.
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /** The head of a request, its body read too; empty where none comes any more. */
    private static String request(Socket connection) throws IOException {
        var in = connection.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var c = in.read();
            if (c < 0) {
                return "";
            }
            head.append((char) c);
        }
        if (head.toString().startsWith("POST")) {
            in.readNBytes(2);
        }
        return head.toString().toLowerCase(java.util.Locale.ROOT);
    }

    private static void write(Socket connection, byte[] bytes) throws IOException {
        connection.getOutputStream().write(bytes);
        connection.getOutputStream().flush();
    }
}
