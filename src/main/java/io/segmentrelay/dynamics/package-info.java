/** The Dataverse Web API, as far as segments need it: typed, repeatable, throttled; knows no events. */
@NullMarked
package io.segmentrelay.dynamics;

import org.jspecify.annotations.NullMarked;
