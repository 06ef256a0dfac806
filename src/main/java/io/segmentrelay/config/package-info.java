/** Settings and credentials, checked at start. */
@NullMarked
package io.segmentrelay.config;

import org.jspecify.annotations.NullMarked;
