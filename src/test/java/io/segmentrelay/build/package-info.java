/** The build keeps what it promises. */
@NullMarked
package io.segmentrelay.build;

import org.jspecify.annotations.NullMarked;
