package io.segmentrelay.packaging;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Patches as kustomize takes them (RFC 6902), the four operations that the components use: for where there is no kubectl. */
final class JsonPatch {

    private JsonPatch() {}

    /**
     * A patched copy.
     *
     * @throws IllegalStateException where a step does not fit the manifest
     */
    static JsonNode apply(JsonNode manifest, JsonNode patch) {
        var patched = manifest.<JsonNode>deepCopy();
        for (var step : patch) {
            if (!step(patched, step)) {
                throw new IllegalStateException("%s does not fit %s".formatted(step, manifest));
            }
        }
        return patched;
    }

    private static boolean step(JsonNode root, JsonNode step) {
        var pointer = JsonPointer.compile(step.path("path").asText());
        var parent = root.at(pointer.head());
        var there = root.at(pointer);
        var value = step.path("value");
        return switch (step.path("op").asText()) {
            case "test" -> there.equals(value);
            case "add" -> put(parent, pointer.last(), value);
            case "replace" -> !there.isMissingNode() && put(parent, pointer.last(), value);
            case "remove" -> !there.isMissingNode() && remove(parent, pointer.last());
            default -> false;
        };
    }

    private static boolean put(JsonNode parent, JsonPointer last, JsonNode value) {
        if (parent instanceof ObjectNode object) {
            object.set(last.getMatchingProperty(), value);
            return true;
        }
        return false;
    }

    private static boolean remove(JsonNode parent, JsonPointer last) {
        if (parent instanceof ObjectNode object) {
            return object.remove(last.getMatchingProperty()) != null;
        }
        return parent instanceof ArrayNode array && array.remove(last.getMatchingIndex()) != null;
    }
}
