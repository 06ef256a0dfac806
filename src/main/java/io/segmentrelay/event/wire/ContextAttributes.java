package io.segmentrelay.event.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;

/** Makes a CloudEvent of attributes in their text form (specification 1.0, "Context ContextAttributes"), or says why it cannot be. */
final class ContextAttributes {

    private static final String VERSION = "1.0";

    private static final List<String> REQUIRED = List.of("id", "source", "type");

    private static final Set<String> KNOWN =
            Set.of("specversion", "id", "source", "type", "datacontenttype", "dataschema", "subject", "time");

    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,100}");

    private ContextAttributes() {}

    /** The event; extensions whose name CloudEvents does not allow are left out: they are not for the relay. */
    static Checked<CloudEvent> event(Map<String, String> attributes, Optional<? extends CloudEventData> data) {
        var misfit = misfit(attributes);
        if (misfit.isPresent()) {
            return new Checked.Bad<>("This is no CloudEvent: " + misfit.get());
        }
        try {
            return new Checked.Good<>(build(attributes, data));
        } catch (URISyntaxException e) {
            return new Checked.Bad<>("This is no CloudEvent: 'source' or 'dataschema' is no URI");
        } catch (DateTimeException e) {
            return new Checked.Bad<>("This is no CloudEvent: 'time' is no timestamp of RFC 3339");
        }
    }

    /** Whether CloudEvents itself defines the attribute: then it is a string in JSON. */
    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    private static Optional<String> misfit(Map<String, String> attributes) {
        var version = attributes.getOrDefault("specversion", "");
        if (version.isEmpty()) {
            return Optional.of("the attribute 'specversion' is missing");
        }
        if (!version.equals(VERSION)) {
            return Optional.of("its 'specversion' is '%s': taken is 1.0".formatted(OutsideText.shown(version, 20)));
        }
        var missing = new ArrayList<String>();
        for (var name : REQUIRED) {
            if (attributes.getOrDefault(name, "").isEmpty()) {
                missing.add("'" + name + "'");
            }
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of("missing or empty: " + String.join(", ", missing));
    }

    private static CloudEvent build(Map<String, String> attributes, Optional<? extends CloudEventData> data)
            throws URISyntaxException {
        var builder = CloudEventBuilder.v1()
                .withId(attributes.getOrDefault("id", ""))
                .withSource(new URI(attributes.getOrDefault("source", "")))
                .withType(attributes.getOrDefault("type", ""));
        for (var attribute : attributes.entrySet()) {
            var value = attribute.getValue();
            // CloudEvents has no empty attributes; some producers write one for what they do not have.
            if (value.isEmpty()) {
                continue;
            }
            switch (attribute.getKey()) {
                case "datacontenttype" -> builder.withDataContentType(value);
                case "dataschema" -> builder.withDataSchema(new URI(value));
                case "subject" -> builder.withSubject(value);
                case "time" -> builder.withTime(Timestamps.parse(value));
                default -> extension(builder, attribute.getKey(), value);
            }
        }
        data.ifPresent(builder::withData);
        return builder.build();
    }

    private static void extension(CloudEventBuilder builder, String name, String value) {
        if (!isKnown(name) && EXTENSION.matcher(name).matches()) {
            builder.withExtension(name, value);
        }
    }
}
