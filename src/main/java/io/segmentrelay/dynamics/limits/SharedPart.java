package io.segmentrelay.dynamics.limits;

/**
 * A part of the limits that this process has, while it has it.
 *
 * @param name of what it goes by, such as a topic's partition
 * @param part of all, 0 to 1
 * @param found what was reserved of it when it came; of no effect for a part that stays
 * @param ownReservation whether that was by this process: then nobody else has used any of it since
 */
public record SharedPart(String name, double part, Reservation found, boolean ownReservation) {}
