package io.segmentrelay.trigger.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import io.segmentrelay.event.wire.OutsideText;

/**
 * Answers a sender that asks by OPTIONS whether it may deliver, as Azure Event Grid does. Consent is in the headers of the answer
 * alone: the specification gives the status no meaning. It is no login, and keeps nobody from posting: it spares those who were
 * named as a target by somebody else.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection">CloudEvents, HTTP 1.1
 *     Web Hooks for Event Delivery, 4. Abuse Protection</a>
 */
final class WebHookHandshake {

    static final String REQUEST_ORIGIN = "WebHook-Request-Origin";
    static final String REQUEST_RATE = "WebHook-Request-Rate";
    static final String ALLOWED_ORIGIN = "WebHook-Allowed-Origin";
    static final String ALLOWED_RATE = "WebHook-Allowed-Rate";

    /** As an origin: each; as a rate: without a limit. */
    private static final String ANY = "*";

    private static final Logger LOG = Logger.getLogger(WebHookHandshake.class);

    /** Events in a minute. */
    private static final Pattern RATE = Pattern.compile("[1-9][0-9]{0,17}");

    private final Set<String> allowed;

    /** @param allowed {@code relay.http.allowed-origins}: names of senders, or {@code *} */
    WebHookHandshake(List<String> allowed) {
        this.allowed = allowed.stream().map(WebHookHandshake::comparable).collect(Collectors.toUnmodifiableSet());
    }

    /** What comes of asking. */
    sealed interface Verdict {

        /** An OPTIONS that asks for nothing. */
        record NotAsked() implements Verdict {}

        /**
         * The sender may deliver.
         *
         * @param origin as the sender wrote it, or {@code *}
         * @param rate events in a minute, or {@code *}
         */
        record Allowed(String origin, String rate) implements Verdict {}

        /** It may not, or did not ask in the specification's way. */
        record Refused(HttpProblem problem) implements Verdict {}
    }

    /**
     * Decides.
     *
     * @param origins all headers {@code WebHook-Request-Origin}
     * @param rates all headers {@code WebHook-Request-Rate}
     */
    Verdict verdict(List<String> origins, List<String> rates) {
        if (origins.isEmpty()) {
            return new Verdict.NotAsked();
        }
        if (origins.size() > 1 || rates.size() > 1) {
            return refused("%s and %s may be given once each".formatted(REQUEST_ORIGIN, REQUEST_RATE));
        }
        // What is asked for is granted: the relay's own limits are no rate. Beyond them it answers 503 with
        // Retry-After.
        var rate = rates.isEmpty() ? ANY : rates.getFirst().strip();
        if (!rate.equals(ANY) && !RATE.matcher(rate).matches()) {
            return refused("%s is the number of events in a minute: a whole number above zero".formatted(REQUEST_RATE));
        }
        var origin = origins.getFirst().strip();
        if (allowed.contains(ANY)) {
            return new Verdict.Allowed(ANY, rate);
        }
        if (allowed.contains(comparable(origin))) {
            return new Verdict.Allowed(origin, rate);
        }
        return new Verdict.Refused(HttpProblem.notAllowed(
                "'%s' is not among the senders that may deliver here: its name is missing in relay.http.allowed-origins"
                        .formatted(OutsideText.shown(origin, 200))));
    }

    private static Verdict refused(String detail) {
        return new Verdict.Refused(HttpProblem.badHandshake(detail));
    }

    /** Answers an OPTIONS; without headers of a web hook, in HTTP's ordinary way. */
    void answer(RoutingContext context) {
        var headers = context.request().headers();
        switch (verdict(headers.getAll(REQUEST_ORIGIN), headers.getAll(REQUEST_RATE))) {
            case Verdict.NotAsked() ->
                context.response()
                        .setStatusCode(204)
                        .putHeader("Allow", HttpProblem.ALLOWED)
                        .end();
            // Consent is given here and now, so WebHook-Request-Callback is not called: it is an address of the
            // caller's choice.
            case Verdict.Allowed(var origin, var rate) ->
                context.response()
                        .setStatusCode(200)
                        .putHeader("Allow", HttpProblem.ALLOWED)
                        .putHeader(ALLOWED_ORIGIN, origin)
                        .putHeader(ALLOWED_RATE, rate)
                        .end();
            case Verdict.Refused(var problem) -> {
                LOG.warnf("A web hook's sender was not let in: %s", problem.detail());
                problem.answer(context);
            }
        }
    }

    /** Names in DNS have no upper and lower case. */
    private static String comparable(String origin) {
        return origin.strip().toLowerCase(Locale.ROOT);
    }
}
