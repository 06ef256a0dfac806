package io.segmentrelay.http;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.RequestOptions;
import org.jboss.logging.Logger;

/**
 * Sends requests, and follows no redirects. All that leave this process over HTTP go through one of these: whom they trust and
 * what they show is the TLS registry's word ({@code quarkus.tls.*}).
 *
 * <p>A server may close a connection that is idle just when the next request is on its way. Such a request is sent again, once,
 * on a connection of its own; one that must not be repeated has a connection of its own from the start.
 */
public final class HttpSender implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HttpSender.class);

    private final HttpClient pool;
    private final HttpClient single;
    private final Set<HttpConnection> unused = ConcurrentHashMap.newKeySet();

    private HttpSender(Vertx vertx, HttpClientOptions options) {
        this.pool = vertx.httpClientBuilder()
                .with(options)
                .withConnectHandler(this::connected)
                .build();
        this.single = vertx.httpClientBuilder()
                .with(new HttpClientOptions(options).setKeepAlive(false))
                .withConnectHandler(HttpSender::quiet)
                .build();
    }

    /**
     * A sender to one server, or to a few.
     *
     * @param tls whom to trust, and what to show
     * @param connections that are kept, at most, for each server
     * @param connectTimeout of a connection, TLS not included
     */
    public static HttpSender of(Vertx vertx, Optional<TlsConfiguration> tls, int connections, Duration connectTimeout) {
        return of(vertx, options(tls, connections, connectTimeout));
    }

    /** A sender with options that are not the TLS registry's alone. */
    public static HttpSender of(Vertx vertx, HttpClientOptions options) {
        return new HttpSender(vertx, options);
    }

    /** The options of such a sender. */
    public static HttpClientOptions options(Optional<TlsConfiguration> tls, int connections, Duration connectTimeout) {
        var options =
                new HttpClientOptions().setMaxPoolSize(connections).setConnectTimeout((int) connectTimeout.toMillis());
        tls.ifPresent(known -> TlsConfigUtils.configure(options, known));
        return options;
    }

    /**
     * Sends a request whose answer is small.
     *
     * @return any answer, whatever its status; its body is cut at {@value TextBody#MAX_ERROR} bytes where it is none of
     *     success. Fails with {@link NoAnswer}
     */
    public Uni<HttpAnswer> send(HttpCall call) {
        return send(call, TextBody::new);
    }

    /** Reads the small body of such an answer. */
    public static BodyReader<HttpAnswer> text(HttpAnswer head) {
        return new TextBody(head);
    }

    /**
     * Sends a request.
     *
     * @param readers makes the reader of the body, given the answer without it
     * @return what the reader made of it; fails with {@link NoAnswer}, or with what the reader throws
     */
    public <R> Uni<R> send(HttpCall call, Function<HttpAnswer, BodyReader<R>> readers) {
        return call.repeat() == HttpCall.Repeat.NEVER
                ? exchange(single, call, readers)
                : exchange(pool, call, readers)
                        .onFailure(HttpExchange.Lost.class)
                        .recoverWithUni(() -> exchange(single, call, readers));
    }

    private <R> Uni<R> exchange(HttpClient client, HttpCall call, Function<HttpAnswer, BodyReader<R>> readers) {
        return Uni.createFrom().emitter(emitter -> {
            var exchange = new HttpExchange<R>(emitter, readers);
            emitter.onTermination(exchange::abandon);
            try {
                client.request(options(call))
                        .onSuccess(request -> exchange.send(
                                request, client == pool && !unused.remove(request.connection()), call.body()))
                        .onFailure(failure -> exchange.unsent(failure, client == pool));
            } catch (IllegalArgumentException | VertxException e) {
                exchange.fail(new NoAnswer("the address is none"));
            }
        });
    }

    private static RequestOptions options(HttpCall call) {
        var options = new RequestOptions()
                .setMethod(call.method())
                .setAbsoluteURI(call.url())
                .setFollowRedirects(false)
                .setTimeout(call.timeout().toMillis())
                .putHeader("Accept-Encoding", ContentDecoder.ACCEPTED);
        call.headers().forEach(options::putHeader);
        return options;
    }

    private void connected(HttpConnection connection) {
        unused.add(connection);
        connection.closeHandler(closed -> unused.remove(connection));
        quiet(connection);
    }

    /** Who waits for an answer hears of it by the request; without a handler, the client would call it an error. */
    private static void quiet(HttpConnection connection) {
        connection.exceptionHandler(failure -> LOG.debug("A connection has failed", failure));
    }

    /** Closes all connections. */
    @Override
    public void close() {
        pool.close();
        single.close();
    }
}
