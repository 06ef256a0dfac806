package io.segmentrelay.trace;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TraceContextTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void readsItsParts() {
        // When
        var place = TraceContext.of(Optional.of(PARENT), Optional.of("vendor=a, other=b"))
                .orElseThrow();

        // Then
        assertThat(place.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(place.spanId()).isEqualTo("b7ad6b7169203331");
        assertThat(place.isSampled()).isTrue();
        assertThat(place.tracestate()).isEqualTo("vendor=a, other=b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-\r\n",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                PARENT + "-more"
            })
    void takesNoDamagedOne(String damaged) {
        // When
        var place = TraceContext.of(Optional.of(damaged), Optional.empty());

        // Then
        assertThat(place).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no member", "a=\u0007", "a=\u00fc", ""})
    void leavesADamagedStateOut(String damaged) {
        // When
        var place = TraceContext.of(Optional.of(PARENT), Optional.of(damaged)).orElseThrow();

        // Then
        assertThat(place.tracestate()).isEmpty();
    }

    @Test
    void leavesAStateOutThatIsTooLong() {
        // When
        var place = TraceContext.of(Optional.of(PARENT), Optional.of("a=" + "b".repeat(511)))
                .orElseThrow();

        // Then
        assertThat(place.tracestate()).isEmpty();
    }
}
