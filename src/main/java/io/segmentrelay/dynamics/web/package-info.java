/**
 * The calls over the Web API, their bodies and the rows that come back; here the sub-packages of {@code dynamics} are put
 * together.
 *
 * <p>May use all of {@code dynamics}, {@code http}, {@code config} and {@code time}.
 */
@NullMarked
package io.segmentrelay.dynamics.web;

import org.jspecify.annotations.NullMarked;
