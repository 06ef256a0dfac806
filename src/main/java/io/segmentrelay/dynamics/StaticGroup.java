package io.segmentrelay.dynamics;

import java.util.UUID;

/**
 * One of the two groups of listed members that a segment has in the form of 2025 ({@code msdynmkt_staticlistmembers}).
 *
 * @see <a href="https://learn.microsoft.com/dynamics365/customer-insights/journeys/real-time-marketing-api-segment">
 *     Create a Customer Insights - Journeys segment using the Web API</a>
 */
public enum StaticGroup {
    /** Rows that belong to the segment whatever its query says. */
    INCLUDE("Include", 1),
    /** Rows that do not belong to it whatever its query says. */
    EXCLUDE("Exclude", 2);

    /** The most members that the server takes with one call. */
    public static final int MOST_OF_A_CALL = 1_000;

    /** The most members that a group may have. */
    public static final int MOST = 200_000;

    private final String includeType;
    private final long bits;

    StaticGroup(String includeType, long bits) {
        this.includeType = includeType;
        this.bits = bits;
    }

    /** {@code includeType}, as the server names it. */
    public String includeType() {
        return includeType;
    }

    /**
     * The group's id: a function of the request, so that a repeat means the same group.
     *
     * @param definitionId that the definition was asked for with, whatever the server has named it
     */
    public UUID id(UUID definitionId) {
        return new UUID(definitionId.getMostSignificantBits(), definitionId.getLeastSignificantBits() ^ bits);
    }
}
