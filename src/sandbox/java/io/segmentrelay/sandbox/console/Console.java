package io.segmentrelay.sandbox.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpServer;

import io.segmentrelay.sandbox.RelayTopics;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;

/** The page at {@code /console}, on a port of the loopback interface. It may all that the sandbox may, and only who uses this machine may use it. */
public final class Console implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final Pattern TOPICS = Pattern.compile("segment-.*");

    private final Feed feed = new Feed();
    private final HttpServer server;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final Optional<SimulatorWatch> watch;
    private final Thread reader;
    private volatile boolean closed;

    private Console(HttpServer server, RelayTopics topics, Optional<DynamicsSimulator> simulator) {
        this.server = server;
        var switches = simulator.map(FaultSwitches::new);
        watch = simulator.map(each -> new SimulatorWatch(each, switches.orElseThrow(), this::tell));
        reader = Thread.ofPlatform()
                .daemon()
                .name("console-records")
                .unstarted(() -> topics.read("console", TOPICS, () -> !closed, record -> tell(Seen.of(record))));
        server.setExecutor(handlers);
        server.createContext(
                "/", new ConsoleHttp(port(), feed, topics, switches, simulator.map(DynamicsSimulator::crm)));
    }

    /**
     * Starts it.
     *
     * @param port where it listens; 0: any free one
     * @param simulator absent where the relay talks to a real server
     * @throws UncheckedIOException if the port is taken
     */
    public static Console start(int port, RelayTopics topics, Optional<DynamicsSimulator> simulator) {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            var console = new Console(server, topics, simulator);
            server.start();
            console.reader.start();
            return console;
        } catch (IOException e) {
            throw new UncheckedIOException("the console cannot listen on port " + port, e);
        }
    }

    /** Where the page is. */
    public String url() {
        return "http://localhost:%d/console".formatted(port());
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private void tell(Object what) {
        feed.add(json(what));
    }

    static String json(Object what) {
        try {
            return JSON.writeValueAsString(what);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records become JSON", e);
        }
    }

    /** Ends it; pages that look on are cut off. */
    @Override
    public void close() {
        closed = true;
        watch.ifPresent(SimulatorWatch::close);
        server.stop(0);
        handlers.shutdownNow();
        try {
            reader.join(Duration.ofSeconds(10)); // its broker may be about to stop
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
