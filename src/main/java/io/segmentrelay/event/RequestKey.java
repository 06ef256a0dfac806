package io.segmentrelay.event;

import java.util.UUID;

/**
 * What identifies a request: the CloudEvent's {@code source} and {@code id} together. Delivering the same pair again is
 * the same request.
 *
 * @param source the CloudEvent's {@code source}, not empty
 * @param id the CloudEvent's {@code id}, not empty
 */
public record RequestKey(String source, String id) {

    /** The request's own GUID: both rows in Dynamics are created with it (RFC 9562, version 5). */
    public UUID uuid() {
        return NameUuid.of("segment-request", source, id);
    }
}
