package io.segmentrelay.trigger.http;

import io.segmentrelay.event.codec.Decoded;

/**
 * An event that came over HTTP, decoded.
 *
 * @param decoded never {@link Decoded.Foreign}
 * @param type the CloudEvent's {@code type}
 * @param causationId the CloudEvent's {@code id}
 * @param bytes that it came in, after decompression, together with the others of its batch
 */
record HttpDelivery(Decoded decoded, String type, String causationId, int bytes) {}
