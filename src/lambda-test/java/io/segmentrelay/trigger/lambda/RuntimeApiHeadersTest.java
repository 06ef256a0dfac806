package io.segmentrelay.trigger.lambda;

import java.net.CookieHandler;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The deadline is read where Quarkus itself asks the runtime API. */
class RuntimeApiHeadersTest {

    private @Nullable CookieHandler before;

    @BeforeEach
    void install() {
        before = CookieHandler.getDefault();
        CookieHandler.setDefault(new RuntimeApiHeaders());
        InvocationDeadline.take();
    }

    @AfterEach
    void restore() {
        CookieHandler.setDefault(before);
    }

    @Test
    void keepsTheDeadlineOfTheNextInvocation() throws Exception {
        // Given
        try (var api = new RuntimeApi()) {
            var unused = api.invoke("{}", Duration.ofSeconds(17));

            // When
            get(api, "/2018-06-01/runtime/invocation/next");

            // Then
            assertThat(InvocationDeadline.take())
                    .hasValueSatisfying(deadline -> assertThat(Duration.between(Instant.now(), deadline))
                            .isCloseTo(Duration.ofSeconds(17), Duration.ofSeconds(5)));
            assertThat(InvocationDeadline.take()).isEmpty();
        }
    }

    @Test
    void ignoresOtherAnswers() throws Exception {
        // Given
        try (var api = new RuntimeApi()) {
            // When
            get(api, "/2018-06-01/runtime/elsewhere");

            // Then
            assertThat(InvocationDeadline.take()).isEmpty();
        }
    }

    private static void get(RuntimeApi api, String path) throws Exception {
        var connection = (HttpURLConnection)
                URI.create("http://" + api.address() + path).toURL().openConnection();
        assertThat(connection.getResponseCode()).isPositive();
        connection.disconnect();
    }
}
