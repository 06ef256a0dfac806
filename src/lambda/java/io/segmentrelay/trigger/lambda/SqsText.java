package io.segmentrelay.trigger.lambda;

import java.util.UUID;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text as SQS takes it: it has limits of its own for characters and for ids. */
final class SqsText {

    /** Message group and deduplication ids: up to 128 letters, digits and punctuation. */
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /** What XML 1.0 does not allow, and SQS refuses the whole message for. */
    private static final Pattern UNFIT =
            Pattern.compile("[^\\x09\\x0a\\x0d\\x20-\\ud7ff\\ue000-\\ufffd\\x{10000}-\\x{10ffff}]");

    private SqsText() {}

    /** An id as it is, where SQS takes it, else one that is as good: equal for equal ones. */
    static String id(String text) {
        return ID.matcher(text).matches()
                ? text
                : UUID.nameUUIDFromBytes(text.getBytes(UTF_8)).toString();
    }

    /** JSON with the characters that SQS refuses as escapes: they can only be inside strings. */
    static String json(String json) {
        return UNFIT.matcher(json)
                .replaceAll(match -> "\\\\u%04x".formatted((int) match.group().charAt(0)));
    }

    /** A text that is for people, without what SQS refuses. */
    static String fit(String text) {
        return UNFIT.matcher(text).replaceAll("?");
    }
}
