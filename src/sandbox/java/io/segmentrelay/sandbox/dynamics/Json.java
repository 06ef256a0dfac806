package io.segmentrelay.sandbox.dynamics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON and GUIDs, as they are read and written here. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern GUID = Pattern.compile(
            "([0-9a-fA-F]{8})(-?)([0-9a-fA-F]{4})\\2([0-9a-fA-F]{4})\\2([0-9a-fA-F]{4})\\2([0-9a-fA-F]{12})");
    private static final Pattern BRACKETS = Pattern.compile("[{](.*)[}]|[(](.*)[)]");

    private Json() {}

    /** The array that this text is; empty where it is none. */
    static Optional<JsonNode> array(String text) {
        try {
            return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isArray);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The object that these bytes are; empty where they are none. */
    static Optional<ObjectNode> object(byte[] utf8) {
        try {
            JsonNode node = MAPPER.readTree(utf8);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static byte[] utf8(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A GUID in any of its usual spellings: bare or in brackets, in any case, with its hyphens or without. */
    static Optional<UUID> guid(String text) {
        var inner = BRACKETS.matcher(text.strip());
        var matcher = GUID.matcher(inner.replaceFirst("$1$2"));
        return matcher.matches()
                ? Optional.of(UUID.fromString(matcher.replaceFirst("$1-$3-$4-$5-$6")))
                : Optional.empty();
    }

    static Optional<UUID> guid(JsonNode node) {
        return node.isTextual() ? guid(node.textValue()) : Optional.empty();
    }
}
