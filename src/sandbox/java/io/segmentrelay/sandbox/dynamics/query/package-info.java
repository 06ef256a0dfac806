/** The query language of segments: its parser, generated from the grammar, and what a query means on a CRM. */
@NullMarked
package io.segmentrelay.sandbox.dynamics.query;

import org.jspecify.annotations.NullMarked;
