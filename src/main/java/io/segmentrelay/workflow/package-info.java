/** What happens to a request, step by step; knows no transport. */
@NullMarked
package io.segmentrelay.workflow;

import org.jspecify.annotations.NullMarked;
