package io.segmentrelay.config;

import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import io.cloudevents.core.builder.CloudEventBuilder;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Any text in {@code K_CE_OVERRIDES}, {@code K_SINK} and {@code K_CA_CERTS}: what is taken can be written. */
public class SinkOverridesFuzzTest {

    /** Among them every branch that random bytes would not find in a short time. */
    public static Stream<String> seeds() {
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
    @FuzzTest(maxDuration = "10m")
    void atLength(@NotNull String text) {
        check(text);
    }

    /** Fails where the class comment is not true of it. */
    public static void check(String text) {
        var settings = new SinkSettings(Optional.of(text), Optional.of(text), Optional.of(text));
        assertThat(settings.url()).isNotNull();
        assertThat(settings.problems())
                .allSatisfy(problem -> assertThat(problem).isNotBlank());
        var event =
                CloudEventBuilder.v1().withId("1").withSource(URI.create("/a")).withType("t");
        settings.extensions().forEach(event::withExtension);
        assertThat(event.build().getType()).isEqualTo("t");
    }
}
