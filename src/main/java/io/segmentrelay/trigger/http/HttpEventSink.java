package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;

import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.EventExtensions;
import io.segmentrelay.event.wire.EventSink;
import io.segmentrelay.http.HttpAnswer;
import io.segmentrelay.http.HttpCall;
import io.segmentrelay.http.HttpSender;
import io.segmentrelay.http.RetryAfter;
import io.segmentrelay.time.Time;

/**
 * POSTs events to {@code K_SINK} in binary mode, with the extensions of {@code K_CE_OVERRIDES}; done when the receiver
 * answers 2xx. What it answers beyond that is no event for the relay.
 *
 * @see <a href="https://knative.dev/docs/eventing/custom-event-source/sinkbinding/">Knative, SinkBinding</a>
 */
public final class HttpEventSink implements EventSink {

    /** The receiver's name: its address may hold what no log or metric should. */
    public static final String RECEIVER = "K_SINK";

    /** Where a SinkBinding mounts the token for a sink that asks for one; renewed there, so it is read each time. */
    private static final Path TOKEN = Path.of("/oidc/token");

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 50;

    private final HttpSender http;
    private final URI sink;
    private final Map<String, String> extensions;
    private final Path token;
    private final Duration timeout;
    private final Time time;

    /**
     * A sink at the given address.
     *
     * @param extensions set on each event that goes out, in place of its own ones of these names
     * @param token a file with a bearer token for the receiver; may not exist
     * @param timeout of one event
     */
    HttpEventSink(HttpSender http, URI sink, Map<String, String> extensions, Path token, Duration timeout, Time time) {
        this.http = http;
        this.sink = sink;
        this.extensions = Map.copyOf(extensions);
        this.token = token;
        this.timeout = timeout;
        this.time = time;
    }

    /**
     * The sink of these settings.
     *
     * @throws java.util.NoSuchElementException where they name none
     */
    public static HttpEventSink of(SinkSettings settings, Vertx vertx, TlsConfigurationRegistry tls, Time time) {
        var http = HttpSender.of(vertx, options(settings.authorities(), tls.getDefault()));
        return new HttpEventSink(http, settings.url().orElseThrow(), settings.extensions(), TOKEN, TIMEOUT, time);
    }

    static HttpClientOptions options(Optional<String> authorities, Optional<TlsConfiguration> usual) {
        var options = HttpSender.options(usual, CONNECTIONS, CONNECT_TIMEOUT);
        authorities.ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        var headers = new HashMap<String, String>();
        authenticate(headers);
        HttpMessageFactory.createWriter((name, value) -> put(headers, name, value), body -> {})
                .writeBinary(overridden(event));
        headers.putAll(EventExtensions.traceHeaders(event));
        var data = event.getData();
        var body = data == null ? new byte[0] : data.toBytes();
        // The receiver knows a repeat by its id.
        return http.send(HttpCall.post(sink.toString(), headers, body, timeout, HttpCall.Repeat.HARMLESS))
                .onItem()
                .transformToUni(this::taken);
    }

    private static void put(Map<String, String> headers, String name, String value) {
        headers.put(name, name.startsWith("ce-") ? CloudEvents.httpHeader(value) : value);
    }

    private void authenticate(Map<String, String> headers) {
        if (Files.isReadable(token)) {
            try {
                headers.put("Authorization", "Bearer " + Files.readString(token).strip());
            } catch (IOException e) {
                // Without it the receiver says no, and it is tried again.
            }
        }
    }

    private CloudEvent overridden(CloudEvent event) {
        var builder = CloudEventBuilder.v1(event);
        extensions.forEach(builder::withExtension);
        return builder.build();
    }

    private Uni<Void> taken(HttpAnswer answer) {
        return answer.status() / 100 == 2
                ? Uni.createFrom().voidItem()
                : Uni.createFrom()
                        .failure(HttpRefusals.of(answer.status())
                                .<Throwable>map(refused -> refused)
                                .orElseGet(() ->
                                        new NotTaken("the sink answered " + answer.status(), retryAfter(answer))));
    }

    /** Measured by the receiver's own clock where it is a date. */
    private Optional<Duration> retryAfter(HttpAnswer answer) {
        return answer.header("Retry-After")
                .flatMap(header -> RetryAfter.parse(
                        header, answer.header("Date").flatMap(RetryAfter::date).orElse(time.now())));
    }
}
