package io.segmentrelay.event.codec;

/**
 * An event for the relay, with all that a trigger has to know of it.
 *
 * @param content what it says
 * @param id the CloudEvent's {@code id}: the cause of whatever it leads to
 * @param type the CloudEvent's {@code type}
 */
public record DecodedEvent(Decoded content, String id, String type) {}
