/** What stands around the relay on Knative: receivers of events, and a broker with triggers, retries and a dead-letter sink. */
@NullMarked
package io.segmentrelay.it.knative;

import org.jspecify.annotations.NullMarked;
