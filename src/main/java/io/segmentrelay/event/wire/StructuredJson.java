package io.segmentrelay.event.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.data.BytesCloudEventData;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents in JSON (CloudEvents JSON Format 1.0). The SDK's reader is not used because it has no batches, and because it
 * makes a tree of {@code data} that hides what is wrong with them: here data stay the bytes that they were.
 */
final class StructuredJson {

    private static final String NONE = "This is no CloudEvent: ";

    /** Of all that surrounds {@code data}, and of what others put beside it. */
    private static final int MAX_DEPTH = 500;

    private static final int MAX_NAME = 10_000;

    private static final int MAX_NUMBER = 1_000;

    private static final JsonFactory FACTORY =
            BoundedJson.factory(MAX_DEPTH, MAX_NAME, MAX_NUMBER).build();

    private StructuredJson() {}

    static Checked<CloudEvent> event(byte[] body) {
        try {
            var json = utf8(body);
            try (var parser = FACTORY.createParser(json)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new Misfit("it must be a JSON object");
                }
                var envelope = new Envelope(json);
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    envelope.take(parser);
                }
                if (parser.nextToken() != null) {
                    throw new Misfit("something follows the JSON object");
                }
                return envelope.event();
            }
        } catch (Misfit e) {
            return new Checked.Bad<>(NONE + e.reason);
        } catch (IOException | IllegalStateException e) {
            return new Checked.Bad<>(NONE + "it is no JSON that can be read");
        }
    }

    static List<Checked<CloudEvent>> batch(byte[] body) {
        try {
            var json = utf8(body);
            try (var parser = FACTORY.createParser(json)) {
                if (parser.nextToken() != JsonToken.START_ARRAY) {
                    throw new Misfit("a batch must be a JSON array");
                }
                var events = new ArrayList<Checked<CloudEvent>>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    events.add(event(value(parser, json)));
                }
                if (parser.nextToken() != null) {
                    throw new Misfit("something follows the JSON array");
                }
                return events;
            }
        } catch (Misfit e) {
            return List.of(new Checked.Bad<>(NONE + e.reason));
        } catch (IOException | IllegalStateException e) {
            return List.of(new Checked.Bad<>(NONE + "it is no JSON that can be read"));
        }
    }

    /** The bytes without a byte order mark: what is not UTF-8 is no JSON that is exchanged (RFC 8259, section 8.1). */
    private static byte[] utf8(byte[] body) throws Misfit {
        if (body.length > 2 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF) {
            return Arrays.copyOfRange(body, 3, body.length);
        }
        // Jackson would take UTF-16 and UTF-32, and count other bytes than are in the array.
        for (var i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0 || body[i] == (byte) 0xFE || body[i] == (byte) 0xFF) {
                throw new Misfit("it is not UTF-8");
            }
        }
        return body;
    }

    /** The bytes of the value that the parser stands on, as they are; it then stands on the value's end. */
    private static byte[] value(JsonParser parser, byte[] json) throws IOException {
        var start = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(
                json, (int) start, (int) parser.currentLocation().getByteOffset());
    }

    /** The fields of one event as they come. */
    private static final class Envelope {

        private final byte[] json;
        private final Map<String, String> attributes = new LinkedHashMap<>();
        private final HashSet<String> seen = new HashSet<>();
        private byte @Nullable [] data;
        private @Nullable String dataText;
        private @Nullable String base64;

        Envelope(byte[] json) {
            this.json = json;
        }

        void take(JsonParser parser) throws IOException, Misfit {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (!seen.add(name)) {
                throw new Misfit("'%s' is given twice".formatted(OutsideText.shown(name, 60)));
            }
            if (token == JsonToken.VALUE_NULL) {
                return;
            }
            switch (name) {
                case "data" -> {
                    dataText = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                    data = value(parser, json);
                }
                case "data_base64" -> {
                    if (token != JsonToken.VALUE_STRING) {
                        throw new Misfit("'data_base64' must be a string");
                    }
                    base64 = parser.getText();
                }
                default -> {
                    if (token != JsonToken.VALUE_STRING
                            && (ContextAttributes.isKnown(name) || !token.isScalarValue())) {
                        throw new Misfit("the attribute '%s' must be a string".formatted(OutsideText.shown(name, 60)));
                    }
                    attributes.put(name, parser.getText());
                }
            }
        }

        Checked<CloudEvent> event() throws Misfit {
            if (data != null && base64 != null) {
                throw new Misfit("it has both 'data' and 'data_base64'");
            }
            return ContextAttributes.event(attributes, bytes().map(BytesCloudEventData::wrap));
        }

        private Optional<byte[]> bytes() throws Misfit {
            if (base64 != null) {
                try {
                    return Optional.of(Base64.getDecoder().decode(base64));
                } catch (IllegalArgumentException e) {
                    throw new Misfit("its 'data_base64' is no base64");
                }
            }
            if (dataText != null && !MediaType.isJson(attributes.get("datacontenttype"))) {
                return Optional.of(dataText.getBytes(StandardCharsets.UTF_8));
            }
            return Optional.ofNullable(data);
        }
    }

    /** A body that is no CloudEvent. */
    private static final class Misfit extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Misfit(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
