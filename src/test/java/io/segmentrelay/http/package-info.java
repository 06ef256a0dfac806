@NullMarked
package io.segmentrelay.http;

import org.jspecify.annotations.NullMarked;
