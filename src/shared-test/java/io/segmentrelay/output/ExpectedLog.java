package io.segmentrelay.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.awaitility.core.ConditionTimeoutException;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The errors that a test provokes: it takes them out of its output, and fails where they do not come. What else is logged
 * goes its usual way. For a field with {@code @RegisterExtension}.
 */
public final class ExpectedLog implements AfterEachCallback {

    /** A line may be written by another thread, after what the test has waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final PatternFormatter MESSAGE = new PatternFormatter("%s");

    private final List<Expectation> expectations = new ArrayList<>();

    /** From here to the end of the test: at least one line of this class, of level ERROR or above, that contains this text. */
    public void expectError(Class<?> logger, String text) {
        expectError(logger.getName(), text);
    }

    /** The same for a class of a library, which may not be public. */
    public void expectError(String logger, String text) {
        expectations.add(new Expectation(logger, text));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            if (context.getExecutionException().isEmpty()) {
                verify(PATIENCE);
            }
        } finally {
            release();
        }
    }

    /** @throws ConditionTimeoutException if a line has not come, and does not within this time */
    void verify(Duration patience) {
        expectations.forEach(expectation -> await().atMost(patience)
                .untilAsserted(() ->
                        assertThat(expectation.came).as(expectation.toString()).isTrue()));
    }

    /** Lets everything through again. */
    void release() {
        expectations.reversed().forEach(Expectation::close);
        expectations.clear();
    }

    private static final class Expectation implements Filter {

        /** Kept, since a logger that nobody holds forgets its filter. */
        private final Logger logger;

        private final String text;
        private final @Nullable Filter before;
        private volatile boolean came;

        private Expectation(String name, String text) {
            this.logger = Logger.getLogger(name);
            this.text = text;
            this.before = logger.getFilter();
            logger.setFilter(this);
        }

        @Override
        public boolean isLoggable(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.ERROR.intValue()
                    && MESSAGE.format(entry).contains(text)) {
                came = true;
                return false;
            }
            return before == null || before.isLoggable(entry);
        }

        private void close() {
            logger.setFilter(before);
        }

        @Override
        public String toString() {
            return "a line of %s at ERROR with '%s'".formatted(logger.getName(), text);
        }
    }
}
