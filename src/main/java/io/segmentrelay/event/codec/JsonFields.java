package io.segmentrelay.event.codec;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonGenerator;

import io.segmentrelay.event.Warning;
import io.segmentrelay.event.wire.OutsideText;

/** Fields as all events write them; what is absent is left out. */
final class JsonFields {

    private JsonFields() {}

    static void text(JsonGenerator json, String name, String text) throws IOException {
        json.writeStringField(name, OutsideText.wellFormed(text));
    }

    static void text(JsonGenerator json, String name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            text(json, name, text.get());
        }
    }

    static void id(JsonGenerator json, String name, UUID id) throws IOException {
        json.writeStringField(name, id.toString());
    }

    static void ids(JsonGenerator json, String name, List<UUID> ids) throws IOException {
        json.writeArrayFieldStart(name);
        for (var id : ids) {
            json.writeString(id.toString());
        }
        json.writeEndArray();
    }

    static void time(JsonGenerator json, String name, Instant time) throws IOException {
        json.writeStringField(name, time.toString());
    }

    static void time(JsonGenerator json, String name, Optional<Instant> time) throws IOException {
        text(json, name, time.map(Instant::toString));
    }

    static void packed(JsonGenerator json, String name, List<UUID> members) throws IOException {
        if (!members.isEmpty()) {
            json.writeStringField(name, Guids.pack(members));
        }
    }

    /** In the order of their declaration: a set has none, and equal events have equal bytes. */
    static void warnings(JsonGenerator json, Collection<Warning> ofReceipt, Set<Warning> warnings) throws IOException {
        var all = new HashSet<>(ofReceipt);
        all.addAll(warnings);
        json.writeArrayFieldStart("warnings");
        for (var warning : all.stream().sorted().toList()) {
            json.writeString(warning.label());
        }
        json.writeEndArray();
    }
}
