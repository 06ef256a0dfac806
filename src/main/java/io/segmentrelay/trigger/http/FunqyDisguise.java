package io.segmentrelay.trigger.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * What Funqy is shown in place of a request as it came: it is particular about upper case, content types and percent signs, and the
 * event has been read before. All that is left for it to do is to call the function of a type.
 */
final class FunqyDisguise {

    private FunqyDisguise() {}

    /** Says what function is to be called in the one form that Funqy reads without a look at the body: the event itself has been read. */
    static void nameTheFunction(RoutingContext context, String type) {
        context.request()
                .headers()
                .set("Content-Type", "application/json")
                .set("ce-specversion", "1.0")
                .set("ce-id", "read")
                .set("ce-type", type);
    }

    /** Hides the functions' own paths, which would run them on anything. */
    static void hidePaths(Router router, int order) {
        for (var function : SegmentFunctions.NAMES) {
            router.route("/" + function).order(order).handler(HttpProblem.notFound()::answer);
        }
    }
}
