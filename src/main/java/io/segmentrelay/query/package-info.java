/**
 * The query language of segments: its parser, generated from the grammar in {@code src/main/antlr4}, and what looks wrong in a query. The
 * Dynamics simulator evaluates queries by the same parser. What is here is first loaded when a query is read.
 */
@NullMarked
package io.segmentrelay.query;

import org.jspecify.annotations.NullMarked;
