/** The four events, their codec, ids and schemas, and the sink that takes what is emitted. */
@NullMarked
package io.segmentrelay.event;

import org.jspecify.annotations.NullMarked;
