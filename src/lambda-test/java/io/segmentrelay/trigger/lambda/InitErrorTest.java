package io.segmentrelay.trigger.lambda;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What a function that could not start tells Lambda, and what it needs for that in a native executable. */
class InitErrorTest {

    private static final String LINE = "Not started: relay.dynamics.url (RELAY_DYNAMICS_URL) is \"\t\u00e6\"";

    @Test
    void reportsTheLine() throws Exception {
        // Given
        try (var api = new RuntimeApi()) {
            // When
            InitError.report(api.address(), LINE);

            // Then
            var reported = new JsonObject(api.initError().get(10, TimeUnit.SECONDS));
            assertThat(reported.getString("errorMessage")).isEqualTo(LINE);
            assertThat(reported.getString("errorType")).isEqualTo("NotStarted");
        }
    }

    @Test
    void aReportThatFailsIsSaidAndEndsNothing() {
        // Given
        var before = System.err;
        var said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));

        // When
        try {
            InitError.report("127.0.0.1:1", LINE);
            InitError.report("no address at all", LINE);
        } finally {
            System.setErr(before);
        }

        // Then
        assertThat(said.toString(UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("Not reported to Lambda: "));
    }

    @Test
    void whatGoesThroughGettersAndSettersIsRegistered() {
        // Given
        var registered = RuntimeApiTypes.class.getAnnotation(RegisterForReflection.class);
        var targets = Set.of(registered.targets());

        // When
        var within = targets.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .map(Method::getReturnType)
                .filter(type -> !type.isInterface() && type.getPackageName().startsWith("io.quarkus.amazon"))
                .toList();

        // Then
        assertThat(registered.methods()).isTrue();
        assertThat(targets).hasSize(3).contains(FunctionError.class);
        assertThat(within).isNotEmpty().isSubsetOf(targets);
    }
}
