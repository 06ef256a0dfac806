package io.segmentrelay.sandbox.dev;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /console} of a relay in dev mode: the sandbox's console lives on, whatever is reloaded, so it has a port of its own. */
@ApplicationScoped
public class ConsoleRoute {

    void add(@Observes Router router) {
        router.route(HttpMethod.GET, "/console").handler(ConsoleRoute::lead);
    }

    private static void lead(RoutingContext context) {
        var console = System.getProperty(DevSandbox.CONSOLE);
        if (console == null) {
            context.response()
                    .setStatusCode(503)
                    .putHeader("Retry-After", "1")
                    .end("There is no console yet: it starts after the sandbox's Kafka broker, and not without it.\n");
        } else {
            context.redirect(console);
        }
    }
}
