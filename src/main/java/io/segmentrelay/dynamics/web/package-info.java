/** The calls over the Web API: their bodies, and the rows that come back. */
@NullMarked
package io.segmentrelay.dynamics.web;

import org.jspecify.annotations.NullMarked;
