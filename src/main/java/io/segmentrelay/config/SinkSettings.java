package io.segmentrelay.config;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where Knative wants events to go: what a SinkBinding sets in the environment. */
@Singleton
public class SinkSettings {

    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]+");

    private static final Set<String> NO_EXTENSIONS =
            Set.of("specversion", "id", "source", "type", "datacontenttype", "dataschema", "subject", "time", "data");

    private final Optional<String> sink;
    private final Optional<String> overrides;
    private final Optional<String> authorities;

    SinkSettings(
            @ConfigProperty(name = "K_SINK") Optional<String> sink,
            @ConfigProperty(name = "K_CE_OVERRIDES") Optional<String> overrides,
            @ConfigProperty(name = "K_CA_CERTS") Optional<String> authorities) {
        this.sink = sink.filter(url -> !url.isBlank());
        this.overrides = overrides.filter(json -> !json.isBlank());
        this.authorities = authorities.filter(pem -> !pem.isBlank());
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

    /** Who signs the sink's certificate, as PEM ({@code K_CA_CERTS}); empty: the authorities that are trusted anyway. */
    public Optional<String> authorities() {
        return authorities;
    }

    /** The CloudEvents extensions to set on each event ({@code K_CE_OVERRIDES}), those that are none left out. */
    public Map<String, String> extensions() {
        return read(new ArrayList<>());
    }

    /** What is wrong with {@code K_CE_OVERRIDES} and {@code K_CA_CERTS}, each in a line that says what it may be. */
    List<String> problems() {
        var problems = new ArrayList<String>();
        read(problems);
        authorities.filter(pem -> !isPem(pem)).ifPresent(pem -> problems.add(SettingHelp.wrong("K_CA_CERTS", "…")));
        return problems;
    }

    private Map<String, String> read(List<String> problems) {
        var extensions = new LinkedHashMap<String, String>();
        overrides.ifPresent(text -> {
            var named = named(text);
            if (named.isEmpty()) {
                problems.add(SettingHelp.wrong("K_CE_OVERRIDES", text));
            }
            named.ifPresent(object -> object.properties().forEach(entry -> {
                var name = entry.getKey();
                if (!EXTENSION.matcher(name).matches() || NO_EXTENSIONS.contains(name)) {
                    problems.add(
                            "K_CE_OVERRIDES has \"%s\": an extension's name has a to z and 0 to 9 only, and is no attribute of CloudEvents itself"
                                    .formatted(name));
                } else if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
                    problems.add("K_CE_OVERRIDES has \"%s\", whose value must be a text".formatted(name));
                } else {
                    extensions.put(name, entry.getValue().asText());
                }
            }));
        });
        return extensions;
    }

    /** The object of extensions; empty where it is no such JSON. */
    private static Optional<JsonNode> named(String text) {
        try {
            var json = new ObjectMapper().readTree(text);
            if (json == null || !json.isObject()) {
                return Optional.empty();
            }
            var extensions = json.path("extensions");
            return extensions.isMissingNode() || extensions.isNull() || extensions.isObject()
                    ? Optional.of(extensions)
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean isPem(String pem) {
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }
}
