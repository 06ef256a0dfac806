package io.segmentrelay.event;

import java.time.Duration;
import java.util.Optional;

/**
 * What a request wants after its segment is live and its members are told.
 *
 * @param follow to be told of further computations
 * @param keepFor how long the segment is kept, from when it was live; absent: until somebody deletes it
 */
public record Afterwards(Optional<Follow> follow, Optional<Duration> keepFor) {

    /** Nothing: the request is over then. */
    public static final Afterwards NOTHING = new Afterwards(Optional.empty(), Optional.empty());

    /** Whether the request goes on after its members are told. */
    public boolean isSomething() {
        return follow.isPresent() || keepFor.isPresent();
    }
}
