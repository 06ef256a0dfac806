package io.segmentrelay.dynamics.login;

/** A credential's file does not hold what it should. The message names the setting, and nothing of the content. */
final class UnreadableCredential extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableCredential(String message) {
        super(message, null, false, false);
    }
}
