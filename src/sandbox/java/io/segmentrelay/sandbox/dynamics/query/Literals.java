package io.segmentrelay.sandbox.dynamics.query;

import org.antlr.v4.runtime.Token;

/** What is written in single quotes. */
final class Literals {

    private Literals() {}

    /** The text of a string, without its quotes and escapes; of any other token, the token's. */
    static String text(Token token) {
        var raw = token.getText();
        if (!raw.startsWith("'")) {
            return raw;
        }
        var text = new StringBuilder(raw.length());
        for (var i = 1; i < raw.length() - 1; i++) {
            var c = raw.charAt(i);
            if (c == '\'' || c == '\\') {
                i++; // the character that is escaped
            }
            text.append(raw.charAt(i));
        }
        return text.toString();
    }
}
