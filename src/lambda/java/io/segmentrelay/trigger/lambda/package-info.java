/** Deliveries by AWS Lambda, and the sink that sends to SQS. Only in the package of the Maven profile {@code lambda}. */
@NullMarked
package io.segmentrelay.trigger.lambda;

import org.jspecify.annotations.NullMarked;
