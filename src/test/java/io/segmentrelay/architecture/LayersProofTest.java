package io.segmentrelay.architecture;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Shows that the walls of {@link LayersTest} are there: tests may do what the code must not, and they would not pass. */
class LayersProofTest {

    private static final String EVENT = "io.segmentrelay.event";

    private final ClassFileImporter withTests = new ClassFileImporter();
    private final ClassFileImporter withoutTests =
            new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);

    @Test
    void whoeverAsksTheSystemForTheTimeIsFound() {
        // Given
        var asking = withTests.importClasses(AsksTheSystem.class);

        // Then
        assertThat(violations(LayersTest.TIME_COMES_FROM_TIME, asking)).isEqualTo(5);
    }

    @Test
    void aWireThatKnowsTheCodecIsFound() {
        assertThat(violations(LayersTest.THE_WIRE_KNOWS_NO_SEGMENT, withTests.importPackages(EVENT)))
                .isPositive();
        assertThat(violations(LayersTest.THE_WIRE_KNOWS_NO_SEGMENT, withoutTests.importPackages(EVENT)))
                .isZero();
    }

    @Test
    void packagesThatKnowEachOtherAreFound() {
        assertThat(violations(LayersTest.NO_CYCLES_BETWEEN_PACKAGES, withTests.importPackages(EVENT)))
                .isPositive();
        assertThat(violations(LayersTest.NO_CYCLES_BETWEEN_PACKAGES, withoutTests.importPackages(EVENT)))
                .isZero();
    }

    private static int violations(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails().size();
    }

    @SuppressWarnings("unused") // looked at, never run
    private static final class AsksTheSystem {
        private final Instant instant = Instant.now();
        private final Clock clock = Clock.systemUTC();
        private final LocalDate day = LocalDate.now(ZoneOffset.UTC);
        private final long nanos = System.nanoTime();
        private final long millis = System.currentTimeMillis();
    }
}
