@NullMarked
package io.segmentrelay.dynamics;

import org.jspecify.annotations.NullMarked;
