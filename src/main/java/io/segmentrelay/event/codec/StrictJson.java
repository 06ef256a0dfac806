package io.segmentrelay.event.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.segmentrelay.event.wire.BoundedJson;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.OutsideText;

/** JSON as the relay reads it (strict, bounded, without a word of its content in the reasons) and writes it. */
final class StrictJson {

    /** More than any event has; a parser without a limit can be made to use up its stack. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NAME = 1_000;

    private static final int MAX_NUMBER = 100;

    private static final JsonFactory FACTORY = BoundedJson.factory(MAX_DEPTH, MAX_NAME, MAX_NUMBER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Emoji as 4 bytes, as they came, not as two escapes of 6.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern DUPLICATE = Pattern.compile("Duplicate (?:field|Object property) ['\"](.*)['\"].*");

    private StrictJson() {}

    /** Reads the whole input as one JSON object. */
    static Checked<ObjectNode> object(byte[] input) {
        try {
            return switch (MAPPER.readTree(input)) {
                case ObjectNode object -> new Checked.Good<>(object);
                case JsonNode other
                when other.isMissingNode() -> new Checked.Bad<>("data is missing: it must be a JSON object");
                default -> new Checked.Bad<>("data must be a JSON object");
            };
        } catch (StreamConstraintsException e) {
            return new Checked.Bad<>("data is nested too deeply, or a name or a number in it is too long");
        } catch (JsonProcessingException e) {
            return new Checked.Bad<>(reason(e));
        } catch (IOException | IllegalStateException e) {
            // Broken UTF-8, or names made to collide in the parser's symbol table
            return new Checked.Bad<>("data is no JSON that can be read");
        }
    }

    /** Writes a JSON object: equal calls give equal bytes. */
    static byte[] write(Fields fields) {
        var bytes = new ByteArrayOutputStream(1_024);
        try (var json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written to it", e);
        }
        return bytes.toByteArray();
    }

    private static String reason(JsonProcessingException e) {
        var duplicate = DUPLICATE.matcher(e.getOriginalMessage());
        if (duplicate.matches()) {
            return "field '%s' is given twice".formatted(OutsideText.shown(duplicate.group(1), 60));
        }
        var location = e.getLocation();
        return location == null
                ? "data is no JSON"
                : "data is no JSON: line %s, column %s".formatted(location.getLineNr(), location.getColumnNr());
    }

    /** The fields of one object. */
    @FunctionalInterface
    interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }
}
