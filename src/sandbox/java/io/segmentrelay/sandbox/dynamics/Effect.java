package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** What a {@link Fault} makes of a call. "Performed" says whether the call takes effect although its answer is lost. */
public sealed interface Effect {

    /** No answer, until the fault is cleared or removed: then the call is performed, if it was not, and answered. */
    record Hang(boolean performed) implements Effect {}

    /**
     * Another answer.
     *
     * @param status any
     * @param headers beyond the usual ones
     * @param body absent: Dynamics' own error body of this status
     */
    record Answer(int status, Map<String, String> headers, Optional<String> body, boolean performed) implements Effect {
        public Answer {
            headers = Map.copyOf(headers);
        }

        /** The same with a further header. */
        public Answer header(String name, String value) {
            var more = new java.util.HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body, performed);
        }

        /** The same, the call having taken effect. */
        public Answer butPerformed() {
            return new Answer(status, headers, body, true);
        }
    }

    /** The connection is reset before a byte of the answer. */
    record Reset(boolean performed) implements Effect {}

    /** The answer begins, and the connection is reset in the middle of its body; the call is performed. */
    record ResetInBody() implements Effect {}

    /** A {@code Content-Length} larger than what comes before the connection is closed; the call is performed. */
    record Truncated() implements Effect {}

    /** The answer comes later than usual; may be combined with another effect. */
    record Delay(Duration by) implements Effect {}

    /** The call is performed and its answer's body drips: so many bytes, then a pause, and so on. */
    record Drip(int bytes, Duration pause) implements Effect {}

    /** A create names a row that it was not asked for: the row is made under this id. */
    record OtherId(UUID id) implements Effect {}

    /** A member list in another form. */
    record Members(MembersForm form) implements Effect {}

    /** A member list whose {@code StatusCode} is this, within an answer of 200. */
    record MembersStatusCode(int statusCode) implements Effect {}

    /**
     * A member list of so many members, which are no rows of the CRM; it is generated while it is sent.
     *
     * @param from how many of the same sequence are left out: one more, and one has left and another one joined
     */
    record ManyMembers(int count, int from) implements Effect {
        /** From the begin of the sequence. */
        public ManyMembers(int count) {
            this(count, 0);
        }

        /** Who they are. */
        public List<UUID> members() {
            return IntStream.range(from, from + count)
                    .mapToObj(MemberLists::manyMember)
                    .toList();
        }
    }

    /** What becomes of a segment after it was published; an effect on {@link Operation#PUBLISH}. */
    enum Fate implements Effect {
        /** Going live for ever. */
        NEVER_LIVE,
        /** Live, but its computation runs for ever. */
        NEVER_COMPUTED,
        /** Stopping, then stopped. */
        STOPPED,
        /** Its status is deleted; the row is still there. */
        DELETED,
        /** Its row is not there any more. */
        GONE,
        /** Live, its computation failed. */
        COMPUTATION_ERROR,
        /** Live with warnings, and computed. */
        LIVE_WITH_WARNINGS
    }

    /** Forms that {@code ResultText} has been seen in, or could have. */
    enum MembersForm {
        /** One GUID an element, as live servers answer. */
        ONE_EACH,
        /** One element with all GUIDs, separated by a comma and a space, as the article shows it. */
        ONE_ELEMENT,
        /** GUIDs in upper case. */
        UPPER_CASE,
        /** GUIDs in braces and upper case. */
        BRACED,
        /** With a {@code totalCount} that is right. */
        TOTAL_COUNT,
        /** With a {@code totalCount} that is larger than the list. */
        TOTAL_COUNT_LARGER,
        /** No members. */
        EMPTY,
        /** {@code members} is null. */
        NULL,
        /** All letters and digits of {@code ResultText} as Unicode escapes. */
        ESCAPED,
        /** Each member twice. */
        DUPLICATES,
        /** Something that is no GUID among the members. */
        NO_GUID,
        /** No {@code ResultText} at all. */
        NO_RESULT_TEXT,
        /** {@code ResultText} is not JSON. */
        NOT_JSON
    }

    /** An error answer of Dynamics with this status; the call takes no effect. */
    static Answer status(int status) {
        return new Answer(status, Map.of(), Optional.empty(), false);
    }

    /** 429 with {@code Retry-After} in seconds, with decimals where need be. */
    static Answer throttled(Duration retryAfter) {
        var seconds = java.math.BigDecimal.valueOf(retryAfter.toMillis(), 3).stripTrailingZeros();
        return status(429).header("Retry-After", seconds.toPlainString());
    }

    /** 429 with {@code Retry-After} as a date. */
    static Answer throttledUntil(Instant date) {
        return status(429)
                .header("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC)));
    }

    /** A page of a proxy's, with status 200; the call takes no effect. */
    static Answer html() {
        return html(200);
    }

    /** A page of a proxy's; the call takes no effect. */
    static Answer html(int status) {
        var page = "<!DOCTYPE html><html><head><title>Service</title></head><body><h1>Please wait</h1></body></html>";
        return new Answer(
                status,
                Map.of(
                        "Content-Type",
                        "text/html; charset=" + StandardCharsets.UTF_8.name().toLowerCase(java.util.Locale.ROOT)),
                Optional.of(page),
                false);
    }
}
