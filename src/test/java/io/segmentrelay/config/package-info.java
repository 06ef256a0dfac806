@NullMarked
package io.segmentrelay.config;

import org.jspecify.annotations.NullMarked;
