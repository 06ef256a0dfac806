package io.segmentrelay.config;

import java.util.List;

import jakarta.annotation.Priority;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import org.jspecify.annotations.Nullable;

/**
 * Takes settings as what they plainly mean, wherever they are read, in the expressions of other settings too: without the
 * blanks and line breaks around them that a file or {@code echo … | base64} leaves, and {@code relay.dynamics.url} as the
 * organization that it is an address of. This one sees what is set, before expressions are expanded: {@link Expanded} sees
 * what they give.
 */
@Priority(Priorities.LIBRARY)
public class PlainSettings implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String ORGANIZATION = "relay.dynamics.url";
    private static final List<String> PREFIXES = List.of("relay.", "AZURE_", "K_", "kafka.");

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        var found = context.proceed(name);
        if (found == null || found.getValue() == null || PREFIXES.stream().noneMatch(name::startsWith)) {
            return found;
        }
        var stripped = found.getValue().strip();
        var plain = name.equals(ORGANIZATION) ? WebAddress.organization(stripped) : stripped;
        return plain.equals(found.getValue()) ? found : found.withValue(plain);
    }

    /** The same for values that came out of an expression. */
    @Priority(Priorities.APPLICATION)
    public static final class Expanded extends PlainSettings {
        private static final long serialVersionUID = 1L;
    }
}
