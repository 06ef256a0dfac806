/**
 * Who the relay is: credentials and their files, the tokens that they bring, and how long those are kept.
 *
 * <p>May use {@code dynamics}, {@code dynamics.http}, {@code http}, {@code config} and {@code time}.
 */
@NullMarked
package io.segmentrelay.dynamics.login;

import org.jspecify.annotations.NullMarked;
