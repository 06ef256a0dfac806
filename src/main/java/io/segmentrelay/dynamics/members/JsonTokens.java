package io.segmentrelay.dynamics.members;

import java.util.regex.Pattern;

/**
 * A JSON reader that is fed: characters in, tokens out, nothing kept but where it is. It exists because the member list
 * is JSON of any size inside a JSON string of any size: the strings of one such reader can feed another, so that neither
 * the text nor the string is ever held. Strict (RFC 8259); not thread-safe.
 */
final class JsonTokens {

    /** The deepest nesting that is followed. */
    static final int MAX_DEPTH = 256;

    private static final int MAX_SCALAR = 1_000;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** What is told about the text, in its order. A key is a string too. */
    interface Handler {
        /** An object or an array begins. */
        void begin(boolean array);

        /** The innermost object or array ends. */
        void end();

        /** A string begins; each of its characters follows. */
        void beginString(boolean key);

        /** A character of the string that has begun, unescaped. */
        void character(char c);

        /** The string ends. */
        void endString();

        /** A number, {@code true}, {@code false} or {@code null}, as it is written. */
        void scalar(String text);
    }

    /** The text is not JSON. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    private enum State {
        VALUE,
        VALUE_OR_END,
        KEY,
        KEY_OR_END,
        COLON,
        COMMA_OR_END,
        STRING,
        ESCAPE,
        UNICODE,
        SCALAR,
        DONE
    }

    private final Handler handler;
    private final boolean[] arrays = new boolean[MAX_DEPTH];
    private final StringBuilder scalar = new StringBuilder();
    private State state = State.VALUE;
    private int depth;
    private boolean key;
    private int unicode;
    private int unicodeDigits;

    JsonTokens(Handler handler) {
        this.handler = handler;
    }

    /**
     * Takes the next character.
     *
     * @throws Malformed where it cannot be the next one
     */
    void feed(char c) {
        switch (state) {
            case STRING -> inString(c);
            case ESCAPE -> escaped(c);
            case UNICODE -> unicode(c);
            case SCALAR -> inScalar(c);
            default -> between(c);
        }
    }

    /**
     * There are no more characters.
     *
     * @return whether the text is whole
     * @throws Malformed where it ends in a number or word that is none
     */
    boolean finish() {
        if (state == State.SCALAR) {
            endScalar();
        }
        return state == State.DONE;
    }

    /** Whether the next character is one of a string, or its end. */
    boolean isInString() {
        return state == State.STRING;
    }

    /** Whether a comma or an end is next. */
    boolean isAfterValue() {
        return state == State.COMMA_OR_END;
    }

    private void between(char c) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            return;
        }
        switch (state) {
            case VALUE -> value(c);
            case VALUE_OR_END -> {
                if (c == ']') {
                    close(c);
                } else {
                    value(c);
                }
            }
            case KEY -> key(c);
            case KEY_OR_END -> {
                if (c == '}') {
                    close(c);
                } else {
                    key(c);
                }
            }
            case COLON -> {
                expect(c == ':', "a colon");
                state = State.VALUE;
            }
            case COMMA_OR_END -> {
                if (c == ',') {
                    state = arrays[depth - 1] ? State.VALUE : State.KEY;
                } else {
                    close(c);
                }
            }
            default -> throw new Malformed("text after the end");
        }
    }

    private void value(char c) {
        switch (c) {
            case '{' -> open(false);
            case '[' -> open(true);
            case '"' -> string(false);
            default -> {
                expect(c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n', "a value");
                scalar.setLength(0);
                scalar.append(c);
                state = State.SCALAR;
            }
        }
    }

    private void key(char c) {
        expect(c == '"', "a name");
        string(true);
    }

    private void string(boolean isKey) {
        key = isKey;
        state = State.STRING;
        handler.beginString(isKey);
    }

    private void open(boolean array) {
        if (depth == MAX_DEPTH) {
            throw new Malformed("more than %d levels".formatted(MAX_DEPTH));
        }
        arrays[depth++] = array;
        state = array ? State.VALUE_OR_END : State.KEY_OR_END;
        handler.begin(array);
    }

    private void close(char c) {
        expect(depth > 0 && c == (arrays[depth - 1] ? ']' : '}'), "a comma or an end");
        depth--;
        handler.end();
        afterValue();
    }

    private void afterValue() {
        state = depth == 0 ? State.DONE : State.COMMA_OR_END;
    }

    private void inString(char c) {
        if (c == '"') {
            handler.endString();
            if (key) {
                state = State.COLON;
            } else {
                afterValue();
            }
        } else if (c == '\\') {
            state = State.ESCAPE;
        } else {
            expect(c >= ' ', "no control character");
            handler.character(c);
        }
    }

    private void escaped(char c) {
        state = State.STRING;
        switch (c) {
            case '"', '\\', '/' -> handler.character(c);
            case 'b' -> handler.character('\b');
            case 'f' -> handler.character('\f');
            case 'n' -> handler.character('\n');
            case 'r' -> handler.character('\r');
            case 't' -> handler.character('\t');
            case 'u' -> {
                unicode = 0;
                unicodeDigits = 0;
                state = State.UNICODE;
            }
            default -> throw new Malformed("an unknown escape");
        }
    }

    private void unicode(char c) {
        var digit = c < 128 ? Character.digit(c, 16) : -1;
        expect(digit >= 0, "a hexadecimal digit");
        unicode = unicode << 4 | digit;
        if (++unicodeDigits == 4) {
            state = State.STRING;
            handler.character((char) unicode);
        }
    }

    private void inScalar(char c) {
        if (c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            endScalar();
            between(c);
        } else {
            expect(scalar.length() < MAX_SCALAR, "a shorter number");
            scalar.append(c);
        }
    }

    private void endScalar() {
        var text = scalar.toString();
        expect(
                switch (text) {
                    case "true", "false", "null" -> true;
                    default -> NUMBER.matcher(text).matches();
                },
                "a number, true, false or null");
        afterValue();
        handler.scalar(text);
    }

    private static void expect(boolean met, String what) {
        if (!met) {
            throw new Malformed("expected " + what);
        }
    }
}
