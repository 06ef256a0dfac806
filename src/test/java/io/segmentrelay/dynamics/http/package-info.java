@NullMarked
package io.segmentrelay.dynamics.http;

import org.jspecify.annotations.NullMarked;
