package io.segmentrelay.dynamics.web;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import javax.net.ssl.SSLException;

import jakarta.ws.rs.ProcessingException;

import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.tls.TlsConfiguration;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClientRequest;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;

import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.NoAnswer;

/**
 * Two REST clients for the same calls: one that keeps its connections, and one that takes a new one for each call. A server may
 * close a connection that is idle just when the next request is on its way: such a request is sent again, once, on a connection
 * of its own; one that must not be repeated has a connection of its own from the start.
 */
final class ApiConnections implements Closeable {

    private final DynamicsApi kept;
    private final DynamicsApi fresh;

    private ApiConnections(DynamicsApi kept, DynamicsApi fresh) {
        this.kept = kept;
        this.fresh = fresh;
    }

    /**
     * The clients of one organization.
     *
     * @param organization its URL, with or without a slash at its end
     * @param connections that are kept, at most
     * @param timeout to connect; an answer's time is its caller's
     * @param tls whom to trust, and what to show
     */
    static ApiConnections to(URI organization, int connections, Duration timeout, Optional<TlsConfiguration> tls) {
        return new ApiConnections(
                client(organization, connections, timeout, tls, true),
                client(organization, connections, timeout, tls, false));
    }

    private static DynamicsApi client(
            URI organization, int connections, Duration timeout, Optional<TlsConfiguration> tls, boolean keepAlive) {
        var builder = QuarkusRestClientBuilder.newBuilder()
                .baseUri(organization)
                .connectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .followRedirects(false)
                .disableDefaultMapper(true)
                .property(QuarkusRestClientProperties.CONNECTION_POOL_SIZE, connections)
                .property(QuarkusRestClientProperties.KEEP_ALIVE_ENABLED, keepAlive)
                .httpClientRequestCustomizer(ApiConnections::bound);
        tls.ifPresent(builder::tlsConfiguration);
        return builder.build(DynamicsApi.class);
    }

    /** The client would keep an answer of any size. */
    private static void bound(HttpClientRequest request) {
        request.response().onSuccess(response -> {
            var size = new AtomicLong();
            response.handler(chunk -> {
                if (size.addAndGet(chunk.length()) > HttpAnswer.MAX_SIZE) {
                    request.reset(0, NoAnswer.tooLarge());
                }
            });
        });
    }

    /** A call whose repeat does no harm: any answer, whatever its status. Fails with {@link NoAnswer}. */
    Uni<HttpAnswer> repeatable(Function<DynamicsApi, Uni<RestResponse<byte[]>>> call) {
        return answer(call.apply(kept).onFailure(ApiConnections::isLost).recoverWithUni(() -> call.apply(fresh)));
    }

    /** A call before whose repeat one has to look. Otherwise like {@link #repeatable}. */
    Uni<HttpAnswer> once(Function<DynamicsApi, Uni<RestResponse<byte[]>>> call) {
        return answer(call.apply(fresh));
    }

    private static Uni<HttpAnswer> answer(Uni<RestResponse<byte[]>> response) {
        return response.map(ApiConnections::answer).onFailure().transform(failure -> NoAnswer.of(cause(failure)));
    }

    private static HttpAnswer answer(RestResponse<byte[]> response) {
        return HttpAnswer.of(
                response.getStatus(), name -> Optional.ofNullable(response.getHeaderString(name)), body(response));
    }

    /** The client turns the body into what was asked for on success only; else it hands over what it has read. */
    private static byte[] body(RestResponse<?> response) {
        Object entity = response.getEntity();
        if (entity instanceof InputStream read) {
            try (read) {
                return read.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return entity instanceof byte[] bytes ? bytes : new byte[0];
    }

    /**
     * A connection that there was, and that ended; as a rule before the answer had begun, as the client tells that a body was
     * cut short in other words.
     */
    private static boolean isLost(Throwable failure) {
        return cause(failure) instanceof IOException io
                && !(io instanceof SSLException
                        || io instanceof UnknownHostException
                        || io instanceof ConnectException
                        || io instanceof NoRouteToHostException);
    }

    /** Most failures come bare, some wrapped as the specification has it. */
    private static Throwable cause(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof ProcessingException && cause != null ? cause : failure;
    }

    /** Closes all connections. */
    @Override
    public void close() throws IOException {
        try (kept;
                fresh) {
            // Both, even where one fails.
        }
    }
}
