@NullMarked
package io.segmentrelay.relay;

import org.jspecify.annotations.NullMarked;
