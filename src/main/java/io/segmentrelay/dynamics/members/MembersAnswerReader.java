package io.segmentrelay.dynamics.members;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.segmentrelay.dynamics.DynamicsException.UnreadableMembers;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.http.Answers;

/**
 * Reads the answer of {@code msdynmkt_MembersList} as it comes, chunk by chunk. Only the members are kept.
 *
 * <pre>
 * bytes ─ UTF-8 ─► JsonTokens ─► this: StatusCode
 *   │                                  ResultText, char by char ─► JsonTokens ─► ResultTextReader ─► GuidReader ─► members
 *   └ after a member ─► MemberRun: those that are spelled as servers do, at once ──────────────────────────────► members
 * </pre>
 *
 * Not thread-safe: one thread at a time, as an event loop is.
 */
final class MembersAnswerReader implements JsonTokens.Handler {

    /** More is taken for a mistake of the server's: 800 MB of members. */
    static final int MAX_MEMBERS = 50_000_000;

    private final ResultTextReader list;
    private final JsonTokens inner;
    private final JsonTokens outer = new JsonTokens(this);
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final CharBuffer chars = CharBuffer.allocate(1024);
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private final BoundedText name = new BoundedText();
    private long position;
    private int depth;
    private boolean inName;
    private boolean inResultText;
    private boolean resultTextSeen;
    private @Nullable String key;
    private @Nullable String problem;
    private @Nullable String statusCode;

    MembersAnswerReader() {
        this(MAX_MEMBERS);
    }

    MembersAnswerReader(int maxMembers) {
        list = new ResultTextReader(maxMembers);
        inner = new JsonTokens(list);
    }

    /**
     * Takes the next bytes of the body, however it is cut.
     *
     * @throws Weather where this is not JSON
     */
    void feed(byte[] chunk) {
        decode(join(rest, ByteBuffer.wrap(chunk)), false);
    }

    /**
     * The body has ended.
     *
     * @return what it held; the members are not yet sorted
     * @throws Weather where it is cut short or no JSON, or {@code StatusCode} says so
     * @throws UnreadableMembers where it is whole, but not a member list as it is known
     */
    ResultTextReader finish() {
        decode(rest, true);
        if (!whole()) {
            throw new Weather(
                    "the member list was cut short after %d bytes".formatted(position), Optional.empty(), null);
        }
        checkStatusCode();
        if (problem != null) {
            throw new UnreadableMembers(problem);
        }
        if (!resultTextSeen) {
            throw new UnreadableMembers("the member list has no text in ResultText");
        }
        return list;
    }

    private boolean whole() {
        try {
            return outer.finish();
        } catch (JsonTokens.Malformed e) {
            throw notJson(e);
        }
    }

    private void checkStatusCode() {
        if (statusCode == null || statusCode.equals("200")) {
            return;
        }
        if (isPassing(statusCode)) {
            throw new Weather("the member list has StatusCode " + statusCode, Optional.empty(), null);
        }
        throw new UnreadableMembers("the member list has a StatusCode other than 200"
                + (statusCode.matches("[0-9]{3}") ? ": " + statusCode : ""));
    }

    private static boolean isPassing(String statusCode) {
        return statusCode.matches("[1-5][0-9][0-9]")
                && switch (Answers.verdict(Integer.parseInt(statusCode), false)) {
                    case THROTTLED, WEATHER -> true;
                    case DONE, DUPLICATE, TOKEN, REJECTED -> false;
                };
    }

    private void decode(ByteBuffer bytes, boolean last) {
        while (bytes.hasRemaining()) {
            var next = bytes.get(bytes.position());
            if (next < 0) {
                if (!decodeOthers(bytes, last)) {
                    break;
                }
            } else {
                bytes.position(bytes.position() + 1);
                take((char) next);
                if (next == '"' && isAfterMember()) {
                    position += (long) MemberRun.LENGTH * MemberRun.read(bytes, list.room(), list::add);
                }
            }
        }
        // At most the first bytes of a character whose others are in the next chunk.
        rest = bytes.hasRemaining() ? ByteBuffer.wrap(remaining(bytes)) : ByteBuffer.allocate(0);
    }

    /** Characters beyond ASCII, as far as they go; false where the last one's end is yet to come. */
    private boolean decodeOthers(ByteBuffer bytes, boolean last) {
        var limit = bytes.limit();
        var end = bytes.position();
        while (end < limit && bytes.get(end) < 0) {
            end++;
        }
        var all = last || end < limit;
        bytes.limit(end);
        utf8.reset();
        CoderResult result;
        do {
            result = utf8.decode(bytes, chars, all);
            chars.flip();
            while (chars.hasRemaining()) {
                take(chars.get());
            }
            chars.clear();
        } while (result.isOverflow());
        bytes.limit(limit);
        return all;
    }

    /** Whether the next thing is another member, or the end of them. */
    private boolean isAfterMember() {
        return inResultText && problem == null && outer.isInString() && inner.isAfterValue() && list.isInMembers();
    }

    private void take(char c) {
        if (c == '\uFEFF' && position == 0) {
            position = 3; // a byte order mark
            return;
        }
        try {
            outer.feed(c);
        } catch (JsonTokens.Malformed e) {
            throw notJson(e);
        }
        position += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }

    private Weather notJson(JsonTokens.Malformed e) {
        return new Weather(
                "the member list is no JSON: %s at byte %d".formatted(e.getMessage(), position),
                Optional.empty(),
                null);
    }

    @Override
    public void begin(boolean array) {
        if (depth == 0 && array) {
            found("the member list is no object");
        }
        depth++;
    }

    @Override
    public void end() {
        depth--;
    }

    @Override
    public void beginString(boolean isKey) {
        inName = isKey && depth == 1;
        inResultText = !isKey && depth == 1 && "ResultText".equals(key);
        if (inName) {
            name.clear();
        }
        if (inResultText) {
            if (resultTextSeen) {
                found("ResultText comes twice");
            }
            resultTextSeen = true;
        }
    }

    @Override
    public void character(char c) {
        if (inName) {
            name.add(c);
        } else if (inResultText && problem == null) {
            try {
                inner.feed(c);
            } catch (JsonTokens.Malformed e) {
                found("ResultText is no JSON: " + e.getMessage());
            }
            noteProblem();
        }
    }

    @Override
    public void endString() {
        if (inName) {
            key = name.get();
            inName = false;
        } else if (inResultText) {
            inResultText = false;
            endResultText();
        }
    }

    @Override
    public void scalar(String text) {
        if (depth == 1 && "StatusCode".equals(key)) {
            statusCode = text.equals("null") ? null : text;
        }
    }

    private void endResultText() {
        try {
            if (problem == null && !inner.finish()) {
                found("ResultText is cut short");
            }
        } catch (JsonTokens.Malformed e) {
            found("ResultText is no JSON: " + e.getMessage());
        }
        list.finish();
        noteProblem();
    }

    private void noteProblem() {
        var theirs = list.problem();
        if (theirs != null) {
            found(theirs);
        }
    }

    private void found(String what) {
        if (problem == null) {
            problem = "%s (at byte %d)".formatted(what, position);
        }
    }

    private static ByteBuffer join(ByteBuffer first, ByteBuffer second) {
        return first.hasRemaining()
                ? ByteBuffer.allocate(first.remaining() + second.remaining())
                        .put(first)
                        .put(second)
                        .flip()
                : second;
    }

    private static byte[] remaining(ByteBuffer bytes) {
        var remaining = new byte[bytes.remaining()];
        bytes.get(remaining);
        return remaining;
    }
}
