package io.segmentrelay.trigger.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import io.vertx.mutiny.ext.web.codec.BodyCodec;

import io.segmentrelay.event.CloudEvents;
import io.segmentrelay.event.EventSink;

/**
 * POSTs events to {@code K_SINK} in binary mode, with the extensions of {@code K_CE_OVERRIDES}; done when the receiver
 * answers 2xx.
 *
 * @see <a href="https://knative.dev/docs/eventing/custom-event-source/sinkbinding/">Knative, SinkBinding</a>
 */
public final class HttpEventSink implements EventSink {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 50;

    private final WebClient client;
    private final URI sink;
    private final Map<String, String> extensions;

    /**
     * A sink at the given address.
     *
     * @param extensions set on each event that goes out, in place of its own ones of these names
     */
    public HttpEventSink(Vertx vertx, URI sink, Map<String, String> extensions) {
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setFollowRedirects(false)
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setMaxPoolSize(CONNECTIONS));
        this.sink = sink;
        this.extensions = Map.copyOf(extensions);
    }

    @Override
    public Uni<Void> send(CloudEvent event) {
        var request = client.postAbs(sink.toString()).timeout(TIMEOUT.toMillis());
        HttpMessageFactory.createWriter(
                        (name, value) -> request.putHeader(name, CloudEvents.httpHeader(value)), body -> {})
                .writeBinary(overridden(event));
        var data = event.getData();
        return request.as(BodyCodec.none())
                .sendBuffer(data == null ? Buffer.buffer() : Buffer.buffer(data.toBytes()))
                .onItem()
                .transformToUni(HttpEventSink::taken);
    }

    private CloudEvent overridden(CloudEvent event) {
        var builder = CloudEventBuilder.v1(event);
        extensions.forEach(builder::withExtension);
        return builder.build();
    }

    private static Uni<Void> taken(HttpResponse<Void> response) {
        return response.statusCode() / 100 == 2
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().failure(new IllegalStateException("the sink answered " + response.statusCode()));
    }
}
