/**
 * The model: a request, what it asks for, its steps, and the events that it leads to. Knows no form that they are
 * sent in.
 */
@NullMarked
package io.segmentrelay.event;

import org.jspecify.annotations.NullMarked;
