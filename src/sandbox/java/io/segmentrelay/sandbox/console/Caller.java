package io.segmentrelay.sandbox.console;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import com.sun.net.httpserver.HttpExchange;

/**
 * Who may call. Any page that a browser has open can send requests to this machine: by a name of its own that leads here (so the name must
 * be this machine's), or across origins (so what changes something must come from the console's own page, or from no page
 * at all).
 */
final class Caller {

    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    private Caller() {}

    /** Why a call is refused; empty: it is not. */
    static Optional<String> refusal(HttpExchange exchange, int port) {
        var host = header(exchange, "Host").toLowerCase(Locale.ROOT);
        if (HOSTS.stream().noneMatch(name -> host.equals(name + ":" + port))) {
            return Optional.of("The console answers to localhost:%d only".formatted(port));
        }
        var origin = header(exchange, "Origin").toLowerCase(Locale.ROOT);
        if (!origin.isEmpty() && !origin.equals("http://" + host)) {
            return Optional.of("The console takes nothing from pages of others");
        }
        var changes = !List.of("GET", "HEAD").contains(exchange.getRequestMethod());
        return changes && !header(exchange, "Content-Type").startsWith("application/json")
                ? Optional.of("The Content-Type must be application/json")
                : Optional.empty();
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }
}
