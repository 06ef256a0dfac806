/** The member list, read as it comes, of any size. */
@NullMarked
package io.segmentrelay.dynamics.members;

import org.jspecify.annotations.NullMarked;
