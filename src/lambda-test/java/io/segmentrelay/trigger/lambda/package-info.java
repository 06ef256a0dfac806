@NullMarked
package io.segmentrelay.trigger.lambda;

import org.jspecify.annotations.NullMarked;
