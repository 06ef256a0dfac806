package io.segmentrelay.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.VertxException;
import io.vertx.core.http.StreamResetException;

/** A request that got no answer, or one that did not come whole. The message says why in a few words, fit for logs. */
public final class NoAnswer extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoAnswer(String reason) {
        // Many at once in bad weather, and always from the same place: a stack trace tells nothing.
        super(reason, null, false, false);
    }

    /** Says what a client's failure means. */
    public static NoAnswer of(Throwable cause) {
        return switch (cause) {
            case NoAnswer said -> said;
            case StreamResetException reset when reset.getCause() instanceof NoAnswer said -> said;
            default -> new NoAnswer(reason(cause));
        };
    }

    /** An answer of more than {@value HttpAnswer#MAX_SIZE} bytes, where a small one was asked for. */
    public static NoAnswer tooLarge() {
        return new NoAnswer("the answer is larger than %d bytes".formatted(HttpAnswer.MAX_SIZE));
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case SSLException tls ->
                "no TLS connection (%s): check the address and quarkus.tls.trust-store".formatted(words(tls));
            case UnknownHostException host -> "the host's name is not known: " + words(host);
            case ConnectTimeoutException ignored -> "no connection in time";
            case ConnectException connect -> "no connection: " + words(connect);
            case TimeoutException ignored -> "no answer in time";
            case SocketException ignored -> "the connection was reset";
            case IOException ignored -> "the connection was closed";
            case VertxException ignored -> "the connection was closed";
            default -> cause.getClass().getSimpleName() + ' ' + words(cause);
        };
    }

    /** Of the innermost cause, which for TLS says what is wrong with whose certificate. */
    private static String words(Throwable failure) {
        var innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        var message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : CleanText.of(message, CleanText.SHORT);
    }
}
