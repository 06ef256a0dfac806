package io.segmentrelay.config;

import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.regex.Pattern;

import jakarta.annotation.Priority;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what may be set of the log: below INFO only the relay itself speaks. HTTP clients and servers, Kafka's clients and the AWS SDK
 * write requests, headers and bodies there, which hold the client's secret, tokens, queries and members. A list of categories that
 * do would be out of date with the next version of a library, and {@code min-level} is not kept on the JVM: so it is a
 * list of those that do not. All handlers get the filter {@link LogGuard}, whatever else was set for them.
 */
// The outermost: it sees values with all expressions and profiles resolved.
@Priority(LogLimits.OUTERMOST)
public class LogLimits implements ConfigSourceInterceptor {

    static final int OUTERMOST = 10_000;

    private static final long serialVersionUID = 1L;

    private static final String OWN = "io.segmentrelay";

    /** Writes requests and answers with their bodies at INFO, where {@code quarkus.rest-client.logging.scope} is set. */
    private static final String BODIES = "org.jboss.resteasy.reactive.client.logging";

    private static final String ROOT = "quarkus.log.level";

    private static final Pattern CATEGORY = Pattern.compile("quarkus\\.log\\.category\\.\"?(.+?)\"?\\.(?:min-)?level");

    private static final Pattern FILTER =
            Pattern.compile("quarkus\\.log\\.(?:handler\\.)?(?:console|file|syslog|socket)(?:\\..+)?\\.filter");

    private static final Set<String> DEEP = Set.of("ALL", "TRACE", "DEBUG", "CONFIG", "FINE", "FINER", "FINEST");

    private static final String INHERIT = "inherit";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (!name.startsWith("quarkus.log.")) {
            return context.proceed(name);
        }
        if (FILTER.matcher(name).matches()) {
            var set = context.proceed(name);
            return set == null ? guard(name) : set.withValue(LogGuard.NAME);
        }
        var value = context.proceed(name);
        var category = CATEGORY.matcher(name);
        if (category.matches() && isOwn(category.group(1))) {
            // The root is bounded, but means the relay as well.
            var root = value != null && INHERIT.equalsIgnoreCase(value.getValue()) ? context.proceed(ROOT) : null;
            return root == null ? value : root.withName(name);
        }
        return name.equals(ROOT) || category.matches() ? bounded(value) : value;
    }

    private static ConfigValue guard(String name) {
        return ConfigValue.builder()
                .withName(name)
                .withValue(LogGuard.NAME)
                .withRawValue(LogGuard.NAME)
                .withConfigSourceName("the filter that all handlers have")
                .build();
    }

    private static @Nullable ConfigValue bounded(@Nullable ConfigValue value) {
        return value != null && value.getValue() != null && isDeep(value.getValue())
                ? value.withValue(Level.INFO.getName())
                : value;
    }

    private static boolean isDeep(String level) {
        var name = level.strip().toUpperCase(Locale.ROOT);
        return DEEP.contains(name) || (name.matches("-?[0-9]{1,9}") && Integer.parseInt(name) < Level.INFO.intValue());
    }

    private static boolean isOwn(@Nullable String category) {
        return category != null && (category.equals(OWN) || category.startsWith(OWN + "."));
    }

    /** Whether a record is one that nobody should have made. */
    static boolean isTooDeep(Level level, @Nullable String category) {
        return (level.intValue() < Level.INFO.intValue() && !isOwn(category))
                || (category != null && category.startsWith(BODIES));
    }
}
