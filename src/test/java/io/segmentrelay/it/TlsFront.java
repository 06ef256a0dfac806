package io.segmentrelay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** TLS in front of a server that speaks none; it lets in only those who show a certificate. */
final class TlsFront implements AutoCloseable {

    /** Of one connection each, so not passed on. */
    private static final Set<String> OF_A_CONNECTION =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "http2-settings", "date");

    private final HttpsServer server;
    private final URI behind;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();

    /** @param behind the other server's address, whose path is left out */
    TlsFront(SSLContext tls, URI behind) {
        this.behind = behind.resolve("/");
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                var wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    /** Without a path. */
    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Requests that came through. */
    int requests() {
        return requests.get();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            // Who is asked for a token for this address has to be asked for one for the other.
            var body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1)
                    .replace(encoded(url()), encoded(address()));
            var request = HttpRequest.newBuilder(URI.create(address() + exchange.getRequestURI()))
                    .version(HttpClient.Version.HTTP_1_1)
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofString(body, ISO_8859_1));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString(ISO_8859_1));
            // Nor should whoever is told the other's address go there.
            var told = answer.body().replace(address(), url()).getBytes(ISO_8859_1);
            answer.headers().map().forEach((name, values) -> {
                if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), told.length == 0 ? -1 : told.length);
            if (told.length > 0) {
                exchange.getResponseBody().write(told);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String address() {
        return behind.toString().replaceFirst("/+$", "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}
