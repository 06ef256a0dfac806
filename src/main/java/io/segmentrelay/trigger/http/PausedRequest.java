package io.segmentrelay.trigger.http;

import io.vertx.ext.web.RoutingContext;

/** A request whose body waits for what becomes of its head. */
final class PausedRequest {

    private PausedRequest() {}

    /** Lets the body come, where it has not come already. */
    static void letThrough(RoutingContext context) {
        if (!context.request().isEnded()) {
            context.request().resume();
        }
    }
}
