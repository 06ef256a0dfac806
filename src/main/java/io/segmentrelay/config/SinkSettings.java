package io.segmentrelay.config;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where Knative wants events to go: {@code K_SINK} and {@code K_CE_OVERRIDES}, as a SinkBinding sets them. */
@Singleton
public class SinkSettings {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    private final Optional<String> sink;
    private final Optional<String> overrides;

    SinkSettings(
            @ConfigProperty(name = "K_SINK") Optional<String> sink,
            @ConfigProperty(name = "K_CE_OVERRIDES") Optional<String> overrides) {
        this.sink = sink.filter(url -> !url.isBlank());
        this.overrides = overrides.filter(json -> !json.isBlank());
    }

    /** The sink; empty: events go to Kafka, or the setting is no URI. */
    public Optional<URI> url() {
        try {
            return sink.map(URI::create);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The sink as it was set. */
    public Optional<String> rawUrl() {
        return sink;
    }

    /**
     * The CloudEvents extensions to set on each event.
     *
     * @throws JsonProcessingException where {@code K_CE_OVERRIDES} is not <code>{"extensions":{"name":"value"}}</code>, with
     *     names that CloudEvents allows: with others no event could be written
     */
    public Map<String, String> extensions(ObjectMapper json) throws JsonProcessingException {
        var extensions = new HashMap<String, String>();
        if (overrides.isPresent()) {
            for (var entry : json.readTree(overrides.get()).path("extensions").properties()) {
                if (!NAME.matcher(entry.getKey()).matches()) {
                    throw JsonMappingException.from((JsonParser) null, "an extension's name is of a-z and 0-9");
                }
                extensions.put(entry.getKey(), entry.getValue().asText());
            }
        }
        return extensions;
    }
}
