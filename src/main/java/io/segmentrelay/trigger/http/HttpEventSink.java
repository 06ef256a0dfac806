package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import io.vertx.mutiny.ext.web.codec.BodyCodec;

import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.event.CloudEvents;
import io.segmentrelay.event.EventSink;

/**
 * POSTs events to {@code K_SINK} in binary mode, with the extensions of {@code K_CE_OVERRIDES}; done when the receiver
 * answers 2xx. What it answers beyond that is no event for the relay, and is not read.
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

    private final WebClient client;
    private final URI sink;
    private final Map<String, String> extensions;
    private final Path token;
    private final Duration timeout;

    /**
     * A sink at the given address.
     *
     * @param extensions set on each event that goes out, in place of its own ones of these names
     * @param token a file with a bearer token for the receiver; may not exist
     * @param timeout of one event
     */
    HttpEventSink(WebClient client, URI sink, Map<String, String> extensions, Path token, Duration timeout) {
        this.client = client;
        this.sink = sink;
        this.extensions = Map.copyOf(extensions);
        this.token = token;
        this.timeout = timeout;
    }

    /**
     * The sink of these settings.
     *
     * @throws java.util.NoSuchElementException where they name none
     */
    public static HttpEventSink of(SinkSettings settings, Vertx vertx, TlsConfigurationRegistry tls) {
        var client = WebClient.create(vertx, options(settings.authorities(), tls.getDefault()));
        return new HttpEventSink(client, settings.url().orElseThrow(), settings.extensions(), TOKEN, TIMEOUT);
    }

    static WebClientOptions options(Optional<String> authorities, Optional<TlsConfiguration> usual) {
        var options = new WebClientOptions()
                .setFollowRedirects(false)
                .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                .setMaxPoolSize(CONNECTIONS);
        usual.ifPresent(trust -> TlsConfigUtils.configure(options, trust));
        authorities.ifPresent(pem ->
                options.setTrustOptions(new PemTrustOptions().addCertValue(io.vertx.core.buffer.Buffer.buffer(pem))));
        return options;
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        var request = client.postAbs(sink.toString()).timeout(timeout.toMillis());
        authenticate(request);
        HttpMessageFactory.createWriter((name, value) -> put(request, name, value), body -> {})
                .writeBinary(overridden(event));
        var data = event.getData();
        return request.as(BodyCodec.none())
                .sendBuffer(data == null ? Buffer.buffer() : Buffer.buffer(data.toBytes()))
                .onItem()
                .transformToUni(HttpEventSink::taken);
    }

    private static void put(HttpRequest<?> request, String name, String value) {
        request.putHeader(name, name.startsWith("ce-") ? CloudEvents.httpHeader(value) : value);
    }

    private void authenticate(HttpRequest<?> request) {
        if (Files.isReadable(token)) {
            try {
                request.bearerTokenAuthentication(Files.readString(token).strip());
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

    private static Uni<Void> taken(HttpResponse<Void> response) {
        var status = response.statusCode();
        return status / 100 == 2
                ? Uni.createFrom().voidItem()
                : Uni.createFrom()
                        .failure(HttpRefusals.of(status)
                                .<Throwable>map(refused -> refused)
                                .orElseGet(() -> new IllegalStateException("the sink answered " + status)));
    }
}
