package io.segmentrelay.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;

/** One line for a start that failed: for settings, which one it is and what it may be. */
public final class StartFailure {

    /** As SmallRye Config words it (SRCFG00014, SRCFG00039, SRCFG00040, SRCFG00011). */
    private static final Pattern MISSING = Pattern.compile("property (\\S+) is required but");

    private static final Pattern WRONG =
            Pattern.compile("property (\\S+) with the config value \"(.*?)\" threw", Pattern.DOTALL);
    private static final Pattern EMPTY = Pattern.compile("property (\\S+) is defined as the empty String");
    private static final Pattern UNEXPANDED = Pattern.compile("Could not expand value (\\S+) in property");

    /** Values are shown, and some are URLs with a password in them. */
    private static final Redaction REDACTION = new Redaction(List.of());

    private StartFailure() {}

    /** The line, for whatever ended the start, without secrets. */
    public static String line(Throwable failure) {
        return REDACTION.of(text(failure));
    }

    private static String text(Throwable failure) {
        var root = ExceptionUtil.getRootCause(failure);
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigValidationException invalid) {
                return "Not started: " + problems(invalid);
            }
            if (cause instanceof ConfigurationException) {
                return "Not started: " + flat(String.valueOf(cause.getMessage()));
            }
            if (cause instanceof QuarkusBindException taken) {
                return "Not started: " + port(taken);
            }
        }
        var message = root.getMessage();
        return "Not started: " + (message == null ? root.toString() : setting(message));
    }

    private static String port(QuarkusBindException taken) {
        return "port %d is taken by another process: choose one with quarkus.http.port (QUARKUS_HTTP_PORT, or -Dquarkus.http.port=8081 on the command line)"
                .formatted(taken.getPort());
    }

    private static String problems(ConfigValidationException invalid) {
        return IntStream.range(0, invalid.getProblemCount())
                .mapToObj(i -> setting(invalid.getProblem(i).getMessage()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String setting(String message) {
        var missing = MISSING.matcher(message);
        if (missing.find()) {
            return SettingHelp.missing(missing.group(1));
        }
        var empty = EMPTY.matcher(message);
        if (empty.find()) {
            return SettingHelp.missing(empty.group(1));
        }
        var unexpanded = UNEXPANDED.matcher(message);
        if (unexpanded.find()) {
            return SettingHelp.missing(unexpanded.group(1));
        }
        var wrong = WRONG.matcher(message);
        return wrong.find() ? SettingHelp.wrong(wrong.group(1), wrong.group(2)) : flat(message);
    }

    private static String flat(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
