/** All that the relay needs around it, on one machine: a real Kafka broker and a Dynamics simulator. Never in the production package. */
@NullMarked
package io.segmentrelay.sandbox;

import org.jspecify.annotations.NullMarked;
