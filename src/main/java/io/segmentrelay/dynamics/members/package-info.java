/**
 * The member list, read as it comes, of any size.
 *
 * <p>May use {@code dynamics}, {@code dynamics.http} and {@code http}.
 */
@NullMarked
package io.segmentrelay.dynamics.members;

import org.jspecify.annotations.NullMarked;
