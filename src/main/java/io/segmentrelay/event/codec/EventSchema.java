package io.segmentrelay.event.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;

/**
 * The JSON Schemas (draft 2020-12) of the events' data: the very files that are served under {@code /schemas/}. Compiled
 * when first used, once; safe for many threads.
 */
enum EventSchema {
    REQUESTED("segment-requested.v1.json"),
    PENDING("segment-pending.v1.json"),
    READY("segment-ready.v1.json"),
    FAILED("segment-failed.v1.json"),
    MEMBERS_REQUESTED("members-requested.v1.json"),
    RETIRE_REQUESTED("segment-retire-requested.v1.json"),
    FOLLOW_ENDED_REQUESTED("follow-ended-requested.v1.json"),
    CHANGED("segment-changed.v1.json"),
    ENDED("segment-ended.v1.json"),
    RETIRED("segment-retired.v1.json"),
    FOLLOWED("segment-followed.v1.json"),
    MARKED("segment-marked.v1.json");

    /**
     * {@code dataschema} has to be an absolute URI, and the address that a relay is reached at is not the same for all of
     * its consumers; a setting for it would give one event different bytes in different replicas. So a schema has a name that
     * says nothing of a place and that nobody has to own, which is its {@code $id} too. What comes after the last colon is the
     * file's name under {@code /schemas/} of every relay, without {@code .json}.
     */
    private static final String NAMES = "urn:segment-relay:schema:";

    private static final Map<EventSchema, Schema> COMPILED = new ConcurrentHashMap<>();

    private static final String FOLDER = "/META-INF/resources/schemas/";

    private final String file;
    private final URI uri;

    EventSchema(String file) {
        this.file = file;
        this.uri = URI.create(NAMES + file.substring(0, file.length() - ".json".length()));
    }

    /** The schema's name, as {@code dataschema} gives it. */
    URI uri() {
        return uri;
    }

    /** Where the schema lies among the resources. */
    String resource() {
        return FOLDER + file;
    }

    /** The schema itself. */
    JsonNode document() {
        return compiled().getSchemaNode();
    }

    /** Everything that is wrong with the data; empty where they are as the schema says. */
    List<Error> validate(JsonNode data) {
        return compiled().validate(data);
    }

    private Schema compiled() {
        return COMPILED.computeIfAbsent(this, EventSchema::compile);
    }

    private Schema compile() {
        var config = SchemaRegistryConfig.builder().locale(Locale.ENGLISH).build();
        var registry =
                SchemaRegistry.withDialect(Dialects.getDraft202012(), builder -> builder.schemaRegistryConfig(config));
        try (var in = EventSchema.class.getResourceAsStream(resource())) {
            if (in == null) {
                throw new IllegalStateException("The schema " + file + " is missing from the application");
            }
            var schema = registry.getSchema(SchemaLocation.of(uri.toString()), new JsonMapper().readTree(in));
            schema.initializeValidators();
            return schema;
        } catch (IOException e) {
            throw new UncheckedIOException("The schema " + file + " cannot be read", e);
        }
    }
}
