@NullMarked
package io.segmentrelay.dynamics.limits;

import org.jspecify.annotations.NullMarked;
