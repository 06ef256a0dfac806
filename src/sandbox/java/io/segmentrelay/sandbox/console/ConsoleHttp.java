package io.segmentrelay.sandbox.console;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import io.segmentrelay.query.QueryCheck;
import io.segmentrelay.sandbox.RelayTopics;
import io.segmentrelay.sandbox.Samples;
import io.segmentrelay.sandbox.dynamics.crm.Crm;
import io.segmentrelay.sandbox.dynamics.crm.Row;
import io.segmentrelay.sandbox.dynamics.crm.Table;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The page's files, and what the page asks for. Each call has a thread of its own. */
final class ConsoleHttp implements HttpHandler {

    /** More than any event that Kafka would take. */
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private static final int MOST_ROWS = 500;

    /** More pages look on for no reason. */
    private static final int MOST_PAGES = 20;

    private static final Duration ALIVE = Duration.ofSeconds(10);

    private static final Map<String, String> FILES = Map.of(
            "/console", "text/html; charset=utf-8",
            "/console/console.css", "text/css; charset=utf-8",
            "/console/console.js", "text/javascript; charset=utf-8",
            "/console/dom.js", "text/javascript; charset=utf-8",
            "/console/editor.js", "text/javascript; charset=utf-8",
            "/console/plot.js", "text/javascript; charset=utf-8",
            "/console/requests.js", "text/javascript; charset=utf-8");

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    private final int port;
    private final Feed feed;
    private final RelayTopics topics;
    private final Optional<FaultSwitches> switches;
    private final Optional<Crm> crm;
    private final Semaphore pages = new Semaphore(MOST_PAGES);

    ConsoleHttp(int port, Feed feed, RelayTopics topics, Optional<FaultSwitches> switches, Optional<Crm> crm) {
        this.port = port;
        this.feed = feed;
        this.topics = topics;
        this.switches = switches;
        this.crm = crm;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            HEADERS.forEach(exchange.getResponseHeaders()::set);
            var refusal = Caller.refusal(exchange, port);
            if (refusal.isPresent()) {
                problem(exchange, 403, refusal.orElseThrow());
            } else {
                route(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the console ends
        }
    }

    private void route(HttpExchange exchange) throws IOException, InterruptedException {
        var path = exchange.getRequestURI().getPath();
        switch (exchange.getRequestMethod() + " " + path) {
            case "GET /" -> {
                exchange.getResponseHeaders().set("Location", "/console");
                exchange.sendResponseHeaders(302, -1);
            }
            case "GET /console/samples" -> answer(exchange, 200, samples());
            case "GET /console/feed" -> follow(exchange);
            case "POST /console/requests" -> request(exchange);
            case "POST /console/query-check" -> check(exchange);
            case "POST /console/rows" -> rows(exchange);
            case "POST /console/faults" -> turn(exchange);
            default -> file(exchange, path);
        }
    }

    private void file(HttpExchange exchange, String path) throws IOException {
        var type = FILES.get(path);
        if (type == null || !exchange.getRequestMethod().equals("GET")) {
            problem(exchange, 404, "There is nothing at this address; the page is at /console");
            return;
        }
        var name = path.equals("/console") ? "console/index.html" : path.substring(1);
        try (var file = ConsoleHttp.class.getClassLoader().getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            send(exchange, 200, type, file.readAllBytes());
        }
    }

    private static List<Object> samples() throws IOException {
        var samples = new ArrayList<Object>();
        for (var sample : Samples.ALL) {
            samples.add(Map.of("name", sample, "event", Console.JSON.readTree(Samples.read(sample))));
        }
        return samples;
    }

    /** Server-sent events, until the page goes away. */
    private void follow(HttpExchange exchange) throws IOException, InterruptedException {
        if (!pages.tryAcquire()) {
            problem(exchange, 503, "There are %d pages already: close one".formatted(MOST_PAGES));
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            follow(exchange.getResponseBody(), last(exchange));
        } finally {
            pages.release();
        }
    }

    private void follow(OutputStream body, long last) throws IOException, InterruptedException {
        var known = last;
        while (true) {
            var messages = feed.after(known, ALIVE);
            if (messages.isEmpty()) {
                body.write(":\n\n".getBytes(UTF_8)); // a page that is gone shows by it
            }
            for (var message : messages) {
                known = message.number();
                body.write("id: %d\ndata: ".formatted(known).getBytes(UTF_8));
                body.write(message.json().getBytes(UTF_8));
                body.write("\n\n".getBytes(UTF_8));
            }
            body.flush();
        }
    }

    private static long last(HttpExchange exchange) {
        try {
            return Long.parseLong(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
        } catch (NumberFormatException e) {
            return 0; // absent
        }
    }

    /** As it is, whatever it is: what the relay makes of it is to be seen. */
    private void request(HttpExchange exchange) throws IOException {
        var body = body(exchange);
        if (body.isEmpty()) {
            return;
        }
        try {
            var place = topics.request(body.orElseThrow());
            answer(
                    exchange,
                    202,
                    Map.of("topic", place.topic(), "partition", place.partition(), "offset", place.offset()));
        } catch (IllegalStateException e) {
            problem(exchange, 502, "Kafka did not take it: " + e.getCause());
        }
    }

    private void check(HttpExchange exchange) throws IOException {
        var asked = json(exchange);
        if (asked.isPresent()) {
            var query = asked.orElseThrow().path("query").asText();
            var baseEntity = asked.orElseThrow().path("baseEntity").asText();
            answer(exchange, 200, Map.of("findings", QueryCheck.findings(query, baseEntity)));
        }
    }

    /** What the members of a table are called. */
    private void rows(HttpExchange exchange) throws IOException {
        var asked = json(exchange);
        if (asked.isEmpty()) {
            return;
        }
        var table =
                crm.flatMap(all -> all.table(asked.orElseThrow().path("table").asText()));
        var rows = new ArrayList<Map<String, Object>>();
        for (var id : asked.orElseThrow().path("ids")) {
            if (rows.size() < MOST_ROWS) {
                rows.add(row(table, id.asText()));
            }
        }
        answer(exchange, 200, Map.of("rows", rows));
    }

    private static Map<String, Object> row(Optional<Table> table, String id) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("id", id);
        table.flatMap(each -> each.row(guid(id))).ifPresent(row -> {
            shown.put("name", text(row, "fullname", "name"));
            shown.put("place", text(row, "address1_city"));
            shown.put("county", text(row, "address1_county"));
            shown.put("country", text(row, "address1_country"));
        });
        return shown;
    }

    private static String text(Row row, String... names) {
        return Arrays.stream(names)
                .map(row::get)
                .flatMap(value -> Optional.ofNullable(value).stream())
                .map(Object::toString)
                .findFirst()
                .orElse("");
    }

    private static UUID guid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            return new UUID(0, 0); // of no row
        }
    }

    private void turn(HttpExchange exchange) throws IOException {
        var asked = json(exchange);
        if (asked.isEmpty()) {
            return;
        }
        var name = asked.orElseThrow().path("name").asText();
        var on = asked.orElseThrow().path("on");
        if (!on.isBoolean()) {
            problem(exchange, 400, "on must be true or false");
        } else if (switches.map(each -> each.turn(name, on.booleanValue())).orElse(false)) {
            answer(exchange, 200, Map.of("faults", switches.orElseThrow().states()));
        } else {
            problem(exchange, 404, "There is no such fault");
        }
    }

    private static Optional<JsonNode> json(HttpExchange exchange) throws IOException {
        var body = body(exchange);
        if (body.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Console.JSON.readTree(body.orElseThrow()));
        } catch (JsonProcessingException e) {
            problem(exchange, 400, "The body is not JSON: " + e.getOriginalMessage());
            return Optional.empty();
        }
    }

    /** Empty: it was too large, and that is answered. */
    private static Optional<byte[]> body(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            problem(exchange, 413, "The body may have %,d bytes at most".formatted(MOST_BYTES));
            return Optional.empty();
        }
        return Optional.of(body);
    }

    private static void problem(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, Map.of("problem", text));
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, "application/json", Console.json(body).getBytes(UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
