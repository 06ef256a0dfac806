/**
 * The steps from a request to its segment's members: the states, the waiting, and how it ends.
 *
 * <p>May use {@code dynamics} (the face alone), {@code event} (the model alone), {@code config}, {@code time} and Mutiny. No
 * framework, no transport.
 */
@NullMarked
package io.segmentrelay.workflow;

import org.jspecify.annotations.NullMarked;
