package io.segmentrelay.sandbox.dynamics.crm;

/**
 * A many-to-one relationship, which can be gone both ways.
 *
 * @param name as queries call it
 * @param from the table with the lookup
 * @param lookup the attribute that holds the other row's id
 * @param to the table that it leads to
 */
public record Relationship(String name, String from, String lookup, String to) {}
