package io.segmentrelay.trigger.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import org.jboss.logging.Logger;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.event.CloudEvents;
import io.segmentrelay.event.Decoded;
import io.segmentrelay.event.EventCodec;
import io.segmentrelay.event.Read;
import io.segmentrelay.trigger.InFlight;
import io.segmentrelay.trigger.ObservedProgress;

/**
 * What stands before the functions: what they would get wrong or answer in a form of their own (no CloudEvent, another
 * type, another method, too large, a batch, overload) is answered here as the contract says; the rest is decoded and goes
 * on to the function of its type.
 */
@ApplicationScoped
public class HttpAdmission {

    private static final Logger LOG = Logger.getLogger(HttpAdmission.class);

    private static final int BEFORE_THE_FUNCTIONS = -1_000;
    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(5);

    private final EventCodec codec;
    private final InFlight inFlight;
    private final ObservedProgress progress;
    private final HttpDeliveries deliveries;
    private final long maxBytes;

    HttpAdmission(
            EventCodec codec,
            InFlight inFlight,
            ObservedProgress progress,
            HttpDeliveries deliveries,
            RelayConfig config) {
        this.codec = codec;
        this.inFlight = inFlight;
        this.progress = progress;
        this.deliveries = deliveries;
        this.maxBytes = config.maxEventSize().asLongValue();
    }

    void routes(@Observes Router router) {
        router.route("/").order(BEFORE_THE_FUNCTIONS).handler(this::postOnly).failureHandler(this::failed);
        router.post("/")
                .order(BEFORE_THE_FUNCTIONS)
                .handler(BodyHandler.create(false).setBodyLimit(maxBytes))
                .handler(this::admit);
        // A function's own path would run it on anything.
        for (var function : SegmentFunctions.NAMES) {
            router.route("/" + function).order(BEFORE_THE_FUNCTIONS).handler(Problem.notFound()::answer);
        }
    }

    private void postOnly(RoutingContext context) {
        if (!context.request().method().equals(HttpMethod.POST)) {
            Problem.methodNotAllowed().answer(context);
        } else if (isForm(context)) {
            // What curl says of its -d unless told otherwise; the body would be taken apart as a form's fields.
            refuse(context, "The content type says that this is a form: send Content-Type: application/json");
        } else {
            context.next();
        }
    }

    private static boolean isForm(RoutingContext context) {
        var mediaType = mediaType(context);
        return mediaType.equals("application/x-www-form-urlencoded") || mediaType.startsWith("multipart/");
    }

    private void admit(RoutingContext context) {
        if (!inFlight.hasRoom()) {
            Problem.unavailable("relay.max-in-flight requests are under way", OVERLOAD_PAUSE)
                    .answer(context);
            return;
        }
        if (isBatch(context)) {
            admitBatch(context);
            return;
        }
        var headers = context.request().headers().entries();
        switch (decode(CloudEvents.http(headers, body(context)))) {
            case Refused(var reason) -> refuse(context, reason);
            case Accepted(var delivery) -> {
                deliveries.put(context, delivery);
                context.next();
            }
        }
    }

    private void admitBatch(RoutingContext context) {
        var accepted = new ArrayList<HttpDelivery>();
        var number = 0;
        for (var reading : CloudEvents.batch(body(context))) {
            switch (decode(reading)) {
                case Refused(var reason) -> {
                    refuse(context, "event %d of the batch: %s".formatted(number, reason));
                    return;
                }
                case Accepted(var delivery) -> accepted.add(delivery);
            }
            number++;
        }
        deliveries
                .deliver(List.copyOf(accepted), body(context).length)
                .subscribe()
                .with(done -> context.response().setStatusCode(204).end(), context::fail);
    }

    private Admission decode(Read reading) {
        return switch (reading) {
            case Read.NoEvent(var reason) -> new Refused(reason);
            case Read.Event(var event) ->
                switch (codec.decode(event, Instant.now())) {
                    case Decoded.Foreign(var reason) -> new Refused(reason);
                    case Decoded known -> new Accepted(new HttpDelivery(known, event.getId()));
                };
        };
    }

    private void refuse(RoutingContext context, String reason) {
        progress.refused("http", reason);
        Problem.badRequest(reason).answer(context);
    }

    /** Whatever goes wrong on the way: nothing was acknowledged, so it should be delivered again. */
    private void failed(RoutingContext context) {
        if (context.statusCode() == 413) {
            Problem.tooLarge(maxBytes).answer(context);
            return;
        }
        var failure = context.failure();
        if (!(failure instanceof HttpDeliveries.NotHandedOver)) {
            LOG.error("A delivery failed", failure);
        }
        Problem.unavailable("What this led to could not be handed over", OVERLOAD_PAUSE)
                .answer(context);
    }

    private static boolean isBatch(RoutingContext context) {
        return mediaType(context).equals(CloudEvents.BATCH);
    }

    private static String mediaType(RoutingContext context) {
        var header = context.request().getHeader("Content-Type");
        return header == null ? "" : CloudEvents.mediaType(header);
    }

    private static byte[] body(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    private sealed interface Admission {}

    private record Accepted(HttpDelivery delivery) implements Admission {}

    private record Refused(String reason) implements Admission {}
}
