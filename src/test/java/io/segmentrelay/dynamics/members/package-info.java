@NullMarked
package io.segmentrelay.dynamics.members;

import org.jspecify.annotations.NullMarked;
