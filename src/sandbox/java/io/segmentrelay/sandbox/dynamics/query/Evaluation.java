package io.segmentrelay.sandbox.dynamics.query;

import java.time.Instant;

import io.segmentrelay.sandbox.dynamics.crm.Crm;

/**
 * What a query is evaluated on.
 *
 * @param now what {@code DATETIMEUTCNOW()} is
 */
record Evaluation(Crm crm, Instant now, Segments segments) {}
