package io.segmentrelay.trace.otel;

import io.opentelemetry.context.Context;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;

/**
 * Makes a span the current one for as long as something is measured: the meters take the trace for their exemplars from there. Nothing
 * else does. Quarkus keeps the current span in Vert.x's context, where there is one, and only in a duplicated one.
 */
final class Exemplars {

    private Exemplars() {}

    static void of(Context span, Runnable record) {
        var vertx = Vertx.currentContext();
        if (vertx == null) {
            span.wrap(record).run();
        } else {
            var own = (ContextInternal) VertxContext.createNewDuplicatedContext(vertx);
            own.dispatch(() -> span.wrap(record).run());
        }
    }
}
