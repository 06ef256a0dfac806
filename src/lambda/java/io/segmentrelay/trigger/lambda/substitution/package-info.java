/** What a native function has in place of code of the libraries. On the JVM nothing of this is ever loaded. */
@NullMarked
package io.segmentrelay.trigger.lambda.substitution;

import org.jspecify.annotations.NullMarked;
