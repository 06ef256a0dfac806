/**
 * Segments as Dynamics has them: the calls as an interface, what they take and give, and why they fail. Knows no events.
 *
 * <p>This is the face of its sub-packages and imports none of them. May use {@code sketch} and Mutiny.
 */
@NullMarked
package io.segmentrelay.dynamics;

import org.jspecify.annotations.NullMarked;
