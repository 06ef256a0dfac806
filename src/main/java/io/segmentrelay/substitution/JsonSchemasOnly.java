package io.segmentrelay.substitution;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.serialization.YamlMapperFactory;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * The schema validator can read schemas in YAML, with a library that is left out since schemas are JSON here. On the JVM that
 * code is never run; a native build wants every class that code could ask for. This takes the one way to it, so that
 * neither executable nor jar carries two libraries (Jackson's YAML, SnakeYAML) for nothing.
 */
@TargetClass(YamlMapperFactory.class)
final class JsonSchemasOnly {

    private JsonSchemasOnly() {}

    @Substitute
    @SuppressWarnings("DoNotCallSuggester") // the validator calls it, as it does the original
    public static ObjectMapper getInstance() {
        throw new UnsupportedOperationException("Schemas are JSON");
    }
}
