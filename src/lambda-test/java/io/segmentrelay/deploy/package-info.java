@NullMarked
package io.segmentrelay.deploy;

import org.jspecify.annotations.NullMarked;
