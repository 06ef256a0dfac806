package io.segmentrelay.trigger.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;

import io.cloudevents.CloudEvent;
import io.quarkus.runtime.util.ExceptionUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import org.jboss.logging.Logger;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.event.codec.DecodedEvent;
import io.segmentrelay.event.codec.EventCodec;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;
import io.segmentrelay.event.wire.MediaType;
import io.segmentrelay.event.wire.Receipt;
import io.segmentrelay.relay.InFlight;
import io.segmentrelay.relay.ObservedProgress;
import io.segmentrelay.relay.Relay;
import io.segmentrelay.time.Time;

/**
 * What stands before the functions: what they would get wrong or answer in a form of their own (no CloudEvent, another
 * type, another method, too large, a batch, overload) is answered here as docs/events.md says; the rest is decoded, and goes
 * on to the function of its type.
 *
 * <pre>
 * method ─► token ─► room ─► body ─► decode ─► function of its type ─► HttpDeliveries
 *                                      └ batch ─────────────────────────────┘
 * </pre>
 */
@ApplicationScoped
public class HttpAdmission {

    private static final Logger LOG = Logger.getLogger(HttpAdmission.class);

    /** Before Quarkus reads the whole body, for whatever path. */
    private static final int FIRST = Integer.MIN_VALUE;

    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(5);

    /** Another replica, or the next process, takes it. */
    private static final Duration STOP_PAUSE = Duration.ofSeconds(1);

    /** Events of one batch: they are acknowledged together, and so also repeated together. */
    private static final int MOST_OF_A_BATCH = 1_000;

    /** How long a caller that sends too much may go on, and read the answer meanwhile. */
    private static final long LINGER_MILLIS = 2_000;

    private static final String PLACE = HttpAdmission.class.getName();

    private final EventCodec codec;
    private final Instance<Relay> relay;
    private final InFlight inFlight;
    private final ObservedProgress progress;
    private final HttpDeliveries deliveries;
    private final InboundTokens tokens;
    private final Time time;
    private final long maxBytes;
    private final BodyHandler bodies;
    private final WebHookHandshake handshake;
    private final boolean enabled;

    /** @param relay looked up later: it wants credentials, which are not yet checked when routes are made */
    HttpAdmission(
            EventCodec codec,
            Instance<Relay> relay,
            InFlight inFlight,
            ObservedProgress progress,
            HttpDeliveries deliveries,
            InboundTokens tokens,
            Time time,
            RelayConfig config) {
        this.codec = codec;
        this.relay = relay;
        this.inFlight = inFlight;
        this.progress = progress;
        this.deliveries = deliveries;
        this.tokens = tokens;
        this.time = time;
        this.maxBytes = config.maxEventSize().asLongValue();
        this.bodies = BodyHandler.create(false).setBodyLimit(maxBytes);
        this.handshake = new WebHookHandshake(config.http().allowedOrigins().orElse(List.of()));
        this.enabled = config.http().enabled();
    }

    void routes(@Observes Router router) {
        FunqyDisguise.hidePaths(router, FIRST);
        if (!enabled) {
            router.route("/").order(FIRST).handler(HttpProblem.switchedOff()::answer);
            return;
        }
        router.route("/")
                .order(FIRST)
                .handler(this::postOnly)
                .handler(tokens::check)
                .handler(this::enter)
                .failureHandler(this::failed);
        router.post("/").order(FIRST).handler(this::read).handler(this::admit);
    }

    private void postOnly(RoutingContext context) {
        var method = context.request().method();
        if (method.equals(HttpMethod.OPTIONS)) {
            handshake.answer(context);
        } else if (!method.equals(HttpMethod.POST)) {
            HttpProblem.methodNotAllowed().answer(context);
        } else if (isForm(context)) {
            // What curl says of its -d unless told otherwise; the body would be taken apart as a form's fields.
            refuse(
                    context,
                    "The content type says that this is a form: send Content-Type: application/json with ce-* headers, or %s"
                            .formatted(CloudEvents.STRUCTURED));
        } else if (codings(context).misfit().isPresent()) {
            var misfit = codings(context).misfit().get();
            progress.refused("http", misfit);
            HttpProblem.unsupportedCoding(misfit).answer(context);
        } else {
            context.next();
        }
    }

    private static boolean isForm(RoutingContext context) {
        var mediaType = mediaType(context);
        return mediaType.equals("application/x-www-form-urlencoded") || mediaType.startsWith("multipart/");
    }

    /** Takes a place before the body is read: bodies that are under way need memory as well. */
    private void enter(RoutingContext context) {
        if (relay.get().isDraining()) {
            HttpProblem.unavailable("This process is about to stop", STOP_PAUSE).answer(context);
        } else if (!inFlight.hasRoom()) {
            HttpProblem.unavailable("relay.max-in-flight requests are under way", OVERLOAD_PAUSE)
                    .answer(context);
        } else {
            var place = inFlight.enter(1);
            context.put(PLACE, place);
            context.addEndHandler(ended -> place.leave());
            context.next();
        }
    }

    private void read(RoutingContext context) {
        bodies.handle(context);
        PausedRequest.letThrough(context);
    }

    private void admit(RoutingContext context) {
        byte[] body;
        try {
            body = codings(context).decode(body(context), Math.toIntExact(maxBytes));
        } catch (ContentCodings.TooLarge e) {
            tooLarge(context, tooManyBytes());
            return;
        } catch (IOException e) {
            refuse(context, String.valueOf(e.getMessage()));
            return;
        }
        if (mediaType(context).equals(CloudEvents.BATCH)) {
            admitBatch(context, body);
            return;
        }
        switch (decode(CloudEvents.http(context.request().headers().entries(), body))) {
            case Checked.Bad(var reason) -> refuse(context, reason);
            case Checked.Good(var event) -> {
                deliveries.put(context, event, body.length);
                FunqyDisguise.nameTheFunction(context, event.type());
                leave(context);
                context.next();
            }
        }
    }

    /** All or nothing: a batch with an event that is refused leads to nothing, so that its sender can mend and repeat it. */
    private void admitBatch(RoutingContext context, byte[] body) {
        var events = CloudEvents.batch(body);
        if (events.size() > MOST_OF_A_BATCH) {
            tooLarge(context, "A batch may have %d events".formatted(MOST_OF_A_BATCH));
            return;
        }
        var accepted = new ArrayList<DecodedEvent>();
        for (var reading : events) {
            switch (decode(reading)) {
                case Checked.Bad(var reason) -> {
                    refuse(context, "event %d of the batch: %s".formatted(accepted.size(), reason));
                    return;
                }
                case Checked.Good(var event) -> accepted.add(event);
            }
        }
        leave(context);
        deliveries
                .deliver(List.copyOf(accepted), body.length)
                .subscribe()
                .with(done -> acknowledge(context), context::fail);
    }

    private static void acknowledge(RoutingContext context) {
        if (!context.response().closed()) {
            context.response().setStatusCode(204).end();
        }
    }

    private Checked<DecodedEvent> decode(Checked<CloudEvent> reading) {
        return codec.decode(reading, Receipt.at(time.now()));
    }

    /** The place is the delivery's from now on, or nobody's. */
    private static void leave(RoutingContext context) {
        InFlight.Place place = context.get(PLACE);
        if (place != null) {
            place.leave();
        }
    }

    private void refuse(RoutingContext context, String reason) {
        progress.refused("http", reason);
        HttpProblem.badRequest(reason).answer(context);
    }

    private static void tooLarge(RoutingContext context, String detail) {
        HttpProblem.tooLarge(detail).answer(context);
        var connection = context.request().connection();
        var unused = context.vertx().setTimer(LINGER_MILLIS, passed -> connection.close());
    }

    /** Whatever goes wrong on the way: nothing was acknowledged, so it should be delivered again. */
    private void failed(RoutingContext context) {
        if (context.response().closed()) {
            LOG.debug("The caller has gone away", context.failure());
            return;
        }
        var status = context.statusCode();
        var failure = context.failure();
        if (failure instanceof HttpClosedException) {
            LOG.debug("The caller has gone away before it had sent all", failure);
        } else if (status == 413) {
            tooLarge(context, tooManyBytes());
        } else if (status >= 400 && status < 500) {
            HttpProblem.clientError(status).answer(context);
        } else {
            // Funqy wraps what a function fails with.
            if (!(ExceptionUtil.getRootCause(failure) instanceof HttpDeliveries.NotHandedOver)) {
                LOG.error("A delivery failed", failure);
            }
            HttpProblem.unavailable("What this led to could not be handed over", OVERLOAD_PAUSE)
                    .answer(context);
        }
    }

    private String tooManyBytes() {
        return "An event may have %d bytes (relay.max-event-size)".formatted(maxBytes);
    }

    private static ContentCodings codings(RoutingContext context) {
        return ContentCodings.of(context.request().headers().getAll("Content-Encoding"));
    }

    private static String mediaType(RoutingContext context) {
        var header = context.request().getHeader("Content-Type");
        return header == null ? "" : MediaType.of(header);
    }

    private static byte[] body(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }
}
