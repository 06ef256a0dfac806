package io.segmentrelay.event.wire;

import java.util.Optional;

/** For messages without attributes in their headers: whether their body is an event all the same, and what to send it as. */
final class ModeHint {

    private ModeHint() {}

    /**
     * What is wrong, where the body is an event in structured mode that the content type does not announce. It is refused and not
     * taken: whether a body is an event or the data of one is the content type's to say.
     *
     * @param prefix of attributes in headers
     * @param media the content type, empty where there is none
     */
    static Optional<String> of(String prefix, String media, byte[] body) {
        var first = firstCharacter(body);
        if (first == '{' && StructuredJson.event(body) instanceof Checked.Good) {
            return Optional.of(hint(prefix, media, "an event in structured mode", CloudEvents.STRUCTURED));
        }
        if (first == '[' && StructuredJson.batch(body).stream().anyMatch(Checked.Good.class::isInstance)) {
            return Optional.of(
                    prefix.equals(CloudEvents.HTTP_PREFIX)
                            ? hint(prefix, media, "a batch of events", CloudEvents.BATCH)
                            : hint(
                                    prefix,
                                    media,
                                    "a batch of events, which is for HTTP: send each alone",
                                    CloudEvents.STRUCTURED));
        }
        return Optional.empty();
    }

    private static String hint(String prefix, String media, String body, String contentType) {
        return "This is no CloudEvent: it has no %s headers, and its content type is %s, but its body looks like %s: send the content type %s"
                .formatted(
                        prefix + "*",
                        media.isEmpty() ? "missing" : "'" + OutsideText.shown(media, 100) + "'",
                        body,
                        contentType);
    }

    /** After a byte order mark and white space. */
    private static int firstCharacter(byte[] body) {
        var i = body.length > 2 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF ? 3 : 0;
        while (i < body.length && (body[i] == ' ' || body[i] == '\t' || body[i] == '\r' || body[i] == '\n')) {
            i++;
        }
        return i < body.length ? body[i] : -1;
    }
}
