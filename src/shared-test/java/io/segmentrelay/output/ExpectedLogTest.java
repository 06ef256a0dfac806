package io.segmentrelay.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ExpectedLogTest {

    private static final Logger LOG = Logger.getLogger(ExpectedLogTest.class);
    private static final PatternFormatter MESSAGE = new PatternFormatter("%s");

    private final java.util.logging.Logger logger = java.util.logging.Logger.getLogger(ExpectedLogTest.class.getName());
    private final List<String> written = new ArrayList<>();
    private final ExtHandler output = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord entry) {
            written.add(MESSAGE.format(entry));
        }
    };
    private final ExpectedLog expected = new ExpectedLog();

    /** Here, what is let through is looked at, and not written. */
    @BeforeEach
    void catchTheOutput() {
        logger.setUseParentHandlers(false);
        logger.addHandler(output);
    }

    @AfterEach
    void letItGo() {
        expected.release();
        logger.removeHandler(output);
        logger.setUseParentHandlers(true);
    }

    @Test
    void takesWhatIsExpectedAndNothingElse() {
        // Given
        expected.expectError(ExpectedLogTest.class, "step=publish");
        expected.expectError(ExpectedLogTest.class, "step=fetch");

        // When
        LOG.errorf(new IllegalStateException("planted"), "Failed; step=%s", "publish");
        LOG.errorf("Failed; step=%s", "fetch");
        LOG.errorf("Failed; step=%s", "create");
        LOG.warnf("Failed; step=%s", "publish");

        // Then
        assertThat(written).containsExactly("Failed; step=create", "Failed; step=publish");
        expected.verify(Duration.ofSeconds(1));
    }

    @Test
    void failsWhereALineDoesNotCome() {
        // Given
        expected.expectError(ExpectedLogTest.class, "step=publish");
        expected.expectError(ExpectedLogTest.class, "step=fetch");

        // When
        LOG.error("Failed; step=publish");

        // Then
        assertThatThrownBy(() -> expected.verify(Duration.ofMillis(200)))
                .hasMessageContaining("a line of %s at ERROR with 'step=fetch'", ExpectedLogTest.class.getName());
    }

    @Test
    void takesNothingAfterTheTest() {
        // Given
        expected.expectError(ExpectedLogTest.class, "one");
        expected.expectError(ExpectedLogTest.class, "two");

        // When
        expected.release();
        LOG.error("one");
        LOG.error("two");

        // Then
        assertThat(written).containsExactly("one", "two");
        assertThat(logger.getFilter()).isNull();
    }
}
