package io.segmentrelay.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * In front of a server: each connection is good for one answer, and most of them do not say so. Some are closed at once, some
 * only when the next request is on its way, some are reset then, some are closed in one direction.
 */
final class RudeFront implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)");
    private static final Pattern CONNECTION = Pattern.compile("(?i)\r\nconnection: *[^\r]*");
    private static final int MANNERS = 5;

    private final ServerSocket server;
    private final URI behind;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    /** @param behind the other server's address, whose path is left out */
    RudeFront(URI behind) {
        this.behind = behind;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Without a path. */
    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Requests that came on a connection which was then closed, and were never answered. */
    int lost() {
        return lost.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        var manner = connections.getAndIncrement() % MANNERS;
        try (connection) {
            var request = request(connection.getInputStream());
            if (request.isEmpty()) {
                return;
            }
            var answer = answer(request);
            connection
                    .getOutputStream()
                    .write((manner == 0 ? answer : CONNECTION.matcher(answer).replaceFirst("")).getBytes(ISO_8859_1));
            connection.getOutputStream().flush();
            if (manner == 2) {
                connection.shutdownOutput();
            }
            if (manner >= 2 && !request(connection.getInputStream()).isEmpty()) {
                lost.incrementAndGet();
            }
            connection.setSoLinger(manner == 4, 0);
        } catch (IOException e) {
            // One of the two has gone away.
        }
    }

    /** What the other server says, and then closes its connection to this one. */
    private String answer(String request) throws IOException {
        try (var other = new Socket(InetAddress.getLoopbackAddress(), behind.getPort())) {
            var end = request.indexOf("\r\n\r\n");
            var head = CONNECTION.matcher(request.substring(0, end)).replaceFirst("") + "\r\nConnection: close";
            // A token for this address is one for the other; both have ports of as many digits.
            var body = request.substring(end).replace("A" + server.getLocalPort(), "A" + behind.getPort());
            other.getOutputStream().write((head + body).getBytes(ISO_8859_1));
            other.getOutputStream().flush();
            return new String(other.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Head and body; empty where the connection ends before. */
    private static String request(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            var b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
        }
        var text = head.toString(ISO_8859_1);
        var length = LENGTH.matcher(text);
        return length.find() ? text + new String(in.readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1) : text;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
