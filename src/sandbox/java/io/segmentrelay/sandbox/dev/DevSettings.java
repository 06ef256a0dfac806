package io.segmentrelay.sandbox.dev;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;

/**
 * The relay's settings in dev mode: the addresses of the sandbox, and what makes a first run pleasant. Found through a service
 * file that only the profile {@code dev} has among its resources.
 */
public final class DevSettings implements ConfigSourceProvider {

    /**
     * Over the environment (300): a variable that is set for some other purpose must not send the sample to a real
     * organization. Under what is given on the command line (400).
     */
    private static final int ADDRESSES = 350;

    /** Under application.properties (250), over the relay's own defaults. */
    private static final int PLEASANT = 200;

    @Override
    public Iterable<ConfigSource> getConfigSources(ClassLoader application) {
        return List.of(
                new PropertiesConfigSource(addresses(application), "the sandbox's addresses", ADDRESSES),
                new PropertiesConfigSource(pleasant(), "defaults of dev mode", PLEASANT));
    }

    private static Map<String, String> addresses(ClassLoader application) {
        var addresses = new HashMap<String, String>();
        ParkedSandbox.env(application).forEach((name, value) -> {
            addresses.put(name, value);
            // The names that the settings have in the application, since only the environment itself is searched for
            // both.
            addresses.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
        });
        return addresses;
    }

    private static Map<String, String> pleasant() {
        return Map.of(
                "relay.poll.interval", "500ms",
                "relay.poll.max-interval", "2s",
                // The tests need the sandbox as test source, which it is not in this profile.
                "quarkus.test.continuous-testing", "disabled",
                // The broker's own.
                "quarkus.log.category.\"kafka\".level", "ERROR",
                "quarkus.log.category.\"org.apache.kafka.controller\".level", "FATAL",
                "quarkus.log.category.\"state.change.logger\".level", "WARN");
    }
}
