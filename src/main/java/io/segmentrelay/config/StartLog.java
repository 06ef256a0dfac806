package io.segmentrelay.config;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Leaves out what the libraries log about settings that end the start: {@link StartFailure} says it, in one line and without
 * a stack trace. And what Vert.x logs when it ends, after a start that failed or at a stop: that it could not tell those who had asked
 * for a connection that it has none. They have ended before.
 */
final class StartLog implements Filter {

    private final List<String> booleans;

    /** @param booleans the settings that should be booleans, as they were set */
    StartLog(List<String> booleans) {
        this.booleans = booleans;
    }

    @Override
    public boolean isLoggable(LogRecord entry) {
        var message = entry.getMessage();
        return message == null
                || !(isOfAChannelThatCannotBeMade(message) || isOfNoBoolean(message, entry) || isOfTheEnd(entry));
    }

    /** Netty's word for an event loop that takes no more work: they end with the process, and not before. */
    private static boolean isOfTheEnd(LogRecord entry) {
        return entry.getThrown() instanceof RejectedExecutionException rejected
                && "event executor terminated".equals(rejected.getMessage());
    }

    private static boolean isOfAChannelThatCannotBeMade(String message) {
        return message.startsWith("SRMSG00230") || message.startsWith("SRMSG18261");
    }

    private boolean isOfNoBoolean(String message, LogRecord entry) {
        return message.startsWith("SRCFG01008")
                && entry.getParameters() != null
                && booleans.stream().anyMatch(Arrays.asList(entry.getParameters())::contains);
    }
}
