/** Where the process begins, and the parts are put together. Knows everything; nobody knows it. */
@NullMarked
package io.segmentrelay;

import org.jspecify.annotations.NullMarked;
