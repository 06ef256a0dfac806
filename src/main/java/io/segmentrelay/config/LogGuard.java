package io.segmentrelay.config;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

import io.quarkus.logging.LoggingFilter;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every handler, whatever levels, categories and handlers are set: libraries say nothing below INFO, where they write
 * requests and their bodies (the client's secret, tokens, queries, members), and secrets are taken out of all the rest. That
 * libraries are silent below INFO is {@link LogLimits}' work already, before anything is formatted; here it holds even where
 * a level got around it.
 */
@LoggingFilter(name = LogGuard.NAME)
public final class LogGuard implements Filter {

    /** As {@link LogLimits} sets it for all handlers. */
    static final String NAME = "relay-log";

    /** Of messages alone, with their parameters in. */
    private static final ExtFormatter MESSAGES = new ExtFormatter() {
        @Override
        public String format(ExtLogRecord entry) {
            return formatMessage(entry);
        }
    };

    private final StartLog startLog;
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Without known secrets at first: to ask for them may be logged itself. */
    private volatile Redaction redaction = new Redaction(Set.of());

    /**
     * Guards the log.
     *
     * @param kafkaEnabled as it was set, whether it is a boolean or not
     * @param httpEnabled the same
     */
    public LogGuard(
            @ConfigProperty(name = "relay.kafka.enabled", defaultValue = "true") String kafkaEnabled,
            @ConfigProperty(name = "relay.http.enabled", defaultValue = "true") String httpEnabled) {
        this.startLog = new StartLog(List.of(kafkaEnabled, httpEnabled));
    }

    @Override
    public boolean isLoggable(LogRecord entry) {
        if (LogLimits.isTooDeep(entry.getLevel(), entry.getLoggerName()) || !startLog.isLoggable(entry)) {
            return false;
        }
        if (asked.compareAndSet(false, true)) {
            redaction = Redaction.of(ConfigProvider.getConfig());
        }
        redact(entry, redaction);
        return true;
    }

    /** Takes the secrets out of message and exceptions. */
    static void redact(LogRecord entry, Redaction redaction) {
        var text = entry.getMessage() == null ? null : MESSAGES.formatMessage(entry);
        if (text != null) {
            var redacted = redaction.of(text);
            if (!redacted.equals(text)) {
                set(entry, redacted);
            }
        }
        var thrown = entry.getThrown();
        if (thrown != null && isTelling(thrown, redaction, seen())) {
            entry.setThrown(Redacted.of(thrown, redaction, seen()));
        }
    }

    private static void set(LogRecord entry, String text) {
        if (entry instanceof ExtLogRecord formatted) {
            formatted.setMessage(text, ExtLogRecord.FormatStyle.NO_FORMAT);
        } else {
            entry.setMessage(text);
        }
        entry.setParameters(new Object[0]);
    }

    private static boolean isTelling(@Nullable Throwable thrown, Redaction redaction, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return false;
        }
        var text = thrown.toString();
        if (!redaction.of(text).equals(text) || isTelling(thrown.getCause(), redaction, seen)) {
            return true;
        }
        for (var suppressed : thrown.getSuppressed()) {
            if (isTelling(suppressed, redaction, seen)) {
                return true;
            }
        }
        return false;
    }

    private static Set<Throwable> seen() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Stands for an exception whose message, or a cause's, holds a secret. */
    @SuppressWarnings("OverrideThrowableToString") // its message is the other's class name and message in one
    private static final class Redacted extends Exception {
        private static final long serialVersionUID = 1L;

        private Redacted(String text, @Nullable Throwable cause) {
            super(text, cause);
        }

        static @Nullable Throwable of(@Nullable Throwable thrown, Redaction redaction, Set<Throwable> seen) {
            if (thrown == null || !seen.add(thrown)) {
                return null;
            }
            var redacted = new Redacted(redaction.of(thrown.toString()), of(thrown.getCause(), redaction, seen));
            redacted.setStackTrace(thrown.getStackTrace());
            for (var suppressed : thrown.getSuppressed()) {
                var other = of(suppressed, redaction, seen);
                if (other != null) {
                    redacted.addSuppressed(other);
                }
            }
            return redacted;
        }

        /** As the exception would be shown that it stands for. */
        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
