package io.segmentrelay.config;

import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Any text in {@code K_CE_OVERRIDES} and {@code K_SINK}: extensions, or the failure that the start-up has a line for. */
class SinkOverridesFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> seeds() {
        return Stream.of(
                "{\"extensions\":{\"region\":\"eu\",\"number\":1}}",
                "{\"extensions\":{\"region\":null,\"list\":[1]}}",
                "{\"extensions\":{\"Not allowed\":\"\"}}",
                "{}",
                "[]",
                "{\"extensions\":\"text\"}",
                "http://broker-ingress.knative-eventing.svc/ns/default");
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "4s")
    void briefly(@NotNull String text) {
        check(text);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void atLength(@NotNull String text) {
        check(text);
    }

    private static void check(String text) {
        var settings = new SinkSettings(Optional.of(text), Optional.of(text));
        assertThat(settings.url()).isNotNull();
        try {
            var event = CloudEventBuilder.v1()
                    .withId("1")
                    .withSource(URI.create("/a"))
                    .withType("t");
            settings.extensions(JSON).forEach(event::withExtension);
            assertThat(event.build().getType()).isEqualTo("t");
        } catch (JsonProcessingException e) {
            assertThat(e).isNotNull();
        }
    }
}
