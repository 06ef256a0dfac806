package io.segmentrelay.build;

import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A test that passes, and provokes an error and a stack trace: for {@link BuildOutputIT}, which alone runs it. */
class Loud {

    static final String PLANTED = "planted by a test that passes";

    private static final Logger LOG = Logger.getLogger(Loud.class);

    @Test
    void provokesAnError() {
        // When
        LOG.error(PLANTED, new IllegalStateException(PLANTED));
        System.err.println("ERROR " + PLANTED);

        // Then
        assertThat(LOG.isEnabled(Logger.Level.ERROR)).isTrue();
    }
}
