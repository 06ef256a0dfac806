package io.segmentrelay.relay;

import java.time.Duration;

/**
 * What brings deliveries to the {@link Relay}, and is started and stopped with the process. A bean of this type is all that the
 * process has to know of it. What its settings have turned off does nothing in any of these.
 */
public interface Trigger {

    /** Begins to take deliveries: the settings are known to be right. */
    default void start() {}

    /**
     * The first sign of a stop: takes no further delivery, or gives it back, and sees to it that those under way end soon. May come
     * twice; must not wait.
     */
    default void stop() {}

    /**
     * Tells where deliveries came from which of them are handed over, the last that is done before the process ends.
     *
     * @param patience how long that may be tried; what could not be told is delivered again
     */
    default void commit(Duration patience) {}
}
