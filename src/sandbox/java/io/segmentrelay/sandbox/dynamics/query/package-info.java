/** What a segment's query, read by {@code io.segmentrelay.query}, means on a CRM. */
@NullMarked
package io.segmentrelay.sandbox.dynamics.query;

import org.jspecify.annotations.NullMarked;
