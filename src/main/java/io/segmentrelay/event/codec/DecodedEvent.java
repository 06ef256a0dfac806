package io.segmentrelay.event.codec;

import java.util.Optional;

/**
 * An event for the relay, with all that a trigger has to know of it.
 *
 * @param content what it says
 * @param id the CloudEvent's {@code id}: the cause of whatever it leads to
 * @param type the CloudEvent's {@code type}
 * @param causationId the {@code id} of the event whose delivery handed this one over, where it says so
 */
public record DecodedEvent(Decoded content, String id, String type, Optional<String> causationId) {}
