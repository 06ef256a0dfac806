package io.segmentrelay.sandbox;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SandboxMainTest {

    @Test
    void readsEveryOption() {
        // When
        var options = SandboxMain.options(
                "--kafka-port=9192",
                "--dynamics-port=9193",
                "--console-port=9194",
                "--partitions=3",
                "--no-auto-create-topics",
                "--go-live-after=PT2S",
                "--compute-after=PT3S");

        // Then
        assertThat(options.kafka()).isEqualTo(new BrokerOptions(9192, 3, false, Optional.empty()));
        assertThat(options.simulator().port()).isEqualTo(9193);
        assertThat(options.consolePort()).isEqualTo(9194);
        assertThat(options.simulator().goLiveAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.simulator().computeAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void needsNone() {
        // When
        var options = SandboxMain.options();

        // Then
        assertThat(options.kafka()).isEqualTo(BrokerOptions.defaults());
        assertThat(options.simulator().port()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--kafka-port=many",
                "--kafka-port=65536",
                "--dynamics-port=-1",
                "--console-port=here",
                "--partitions=0",
                "--partitions",
                "--go-live-after=2s",
                "--kafkaport=1",
                "kafka"
            })
    void namesAnOptionAtFault(String option) {
        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SandboxMain.options(option))
                .withMessageContaining(option);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--kafka-port",
                "--dynamics-port",
                "--partitions",
                "--no-auto-create-topics",
                "--go-live-after",
                "--compute-after",
                "--help"
            })
    void helpTellsEveryOption(String option) {
        // Then
        assertThat(SandboxMain.HELP).contains(option);
    }
}
