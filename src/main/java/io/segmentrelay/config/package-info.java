/**
 * The settings: their names and defaults, what each may be, and the check at start.
 *
 * <p>May use {@code time} and the framework's configuration and logging. What a part alone knows of its settings, it adds
 * through {@link io.segmentrelay.config.MoreSettings}: no part is known here.
 */
@NullMarked
package io.segmentrelay.config;

import org.jspecify.annotations.NullMarked;
