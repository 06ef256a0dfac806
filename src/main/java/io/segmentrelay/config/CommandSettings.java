package io.segmentrelay.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.PropertiesConfigSource;
import org.eclipse.microprofile.config.Config;

/**
 * The settings for a command, which runs in place of the application. As long as Quarkus has not started, those of
 * {@code ConfigProvider} are none to rely on: in a native executable they are the ones of the machine that built it.
 */
public final class CommandSettings {

    private static final String FILE = "/application.properties";

    /** Where Quarkus puts the application's own file: under every place where an operator would set something. */
    private static final int ORDINAL = 250;

    private CommandSettings() {}

    /** The settings as they are now, from the places that the application itself reads. */
    public static Config read() {
        var builder = ConfigUtils.configBuilder();
        URL own = CommandSettings.class.getResource(FILE);
        if (own != null) {
            builder.withSources(source(own));
        }
        return builder.build();
    }

    private static PropertiesConfigSource source(URL file) {
        try {
            return new PropertiesConfigSource(file, ORDINAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
