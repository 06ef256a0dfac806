package io.segmentrelay.trigger.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** What a native executable is told of the compression libraries is what these versions of them have. */
class NativeCompressionTest {

    private static final String METADATA =
            "/META-INF/native-image/io.segmentrelay/segment-relay/reachability-metadata.json";

    @ParameterizedTest
    @ValueSource(strings = {"JavaSafe", "JavaUnsafe"})
    void lz4IsRegisteredAsItsFactoriesLookItUp(String implementation) {
        // Given
        var registered = List.of(NativeCompression.class
                .getAnnotation(RegisterForReflection.class)
                .classNames());

        // When
        var wanted = new ArrayList<String>();
        for (var pattern : List.of(
                "net.jpountz.lz4.LZ4%sCompressor",
                "net.jpountz.lz4.LZ4HC%sCompressor",
                "net.jpountz.lz4.LZ4%sFastDecompressor",
                "net.jpountz.lz4.LZ4%sSafeDecompressor",
                "net.jpountz.xxhash.XXHash32%s",
                "net.jpountz.xxhash.XXHash64%s",
                "net.jpountz.xxhash.StreamingXXHash32%s$Factory",
                "net.jpountz.xxhash.StreamingXXHash64%s$Factory")) {
            wanted.add(pattern.formatted(implementation));
        }

        // Then
        assertThat(registered).containsAll(wanted);
        assertThat(wanted).allSatisfy(name -> assertThatNoException().isThrownBy(() -> Class.forName(name)));
    }

    @Test
    void zstdHasTheFieldsThatItsLibraryWrites() throws Exception {
        // Given
        var metadata = metadata();

        // Then
        assertThat(metadata.path("reflection"))
                .filteredOn(type -> type.path("type").asText().startsWith("com.github.luben.zstd."))
                .hasSize(2)
                .allSatisfy(type -> {
                    var zstd = Class.forName(type.path("type").asText());
                    assertThat(type.path("jniAccessible").asBoolean()).isTrue();
                    assertThat(type.path("fields"))
                            .extracting(field ->
                                    zstd.getDeclaredField(field.path("name").asText()))
                            .hasSize(2);
                });
    }

    @Test
    void snappyHasTheMethodThatItsLibraryCalls() throws Exception {
        // Given
        var metadata = metadata();

        // Then
        assertThat(metadata.path("reflection"))
                .filteredOn(type -> type.path("type").asText().startsWith("org.xerial.snappy."))
                .singleElement()
                .satisfies(type -> {
                    var snappy = Class.forName(type.path("type").asText());
                    var method = type.path("methods").path(0);
                    assertThat(type.path("jniAccessible").asBoolean()).isTrue();
                    assertThat(method.path("parameterTypes"))
                            .extracting(JsonNode::asText)
                            .containsExactly("int");
                    assertThat(snappy.getDeclaredMethod(method.path("name").asText(), int.class))
                            .isNotNull();
                });
    }

    @Test
    void theLibrariesAreWhereTheyAreLookedFor() throws Exception {
        // Given
        var metadata = metadata();
        var globs = metadata.path("resources").findValuesAsText("glob");

        // When
        var version = com.github.luben.zstd.util.ZstdVersion.VERSION;

        // Then
        assertThat(globs)
                .hasSize(5)
                .allSatisfy(
                        glob -> assertThat(NativeCompressionTest.class.getResource("/" + glob.replace("*", version)))
                                .isNotNull());
        assertThat(metadata.path("resources").findValues("bundle"))
                .extracting(JsonNode::asText)
                .containsExactly("jsv-messages");
    }

    private static JsonNode metadata() throws IOException {
        try (var in = NativeCompressionTest.class.getResourceAsStream(METADATA)) {
            return new JsonMapper().readTree(in);
        }
    }
}
