package io.segmentrelay.sandbox.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.segmentrelay.sandbox.BrokerOptions;
import io.segmentrelay.sandbox.KafkaBroker;
import io.segmentrelay.sandbox.Ports;
import io.segmentrelay.sandbox.RelayTopics;
import io.segmentrelay.sandbox.SandboxOptions;
import io.segmentrelay.sandbox.console.Console;
import io.segmentrelay.sandbox.dynamics.DynamicsSimulator;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings;

/**
 * The sandbox of dev mode. Each half can be left out, in favour of a real one that the usual settings name:
 * {@code -Dsandbox.kafka=false}, {@code -Dsandbox.dynamics=false}; giving the address itself on the command line
 * ({@code -Dkafka.bootstrap.servers=…}, {@code -Drelay.dynamics.url=…}) says the same. Kafka listens on 9092, or on any free port
 * where that is taken, or on {@code -Dsandbox.kafka.port=…} (0: any free one); the console on 8090 likewise, {@code
 * -Dsandbox.console.port=…}.
 *
 * <p>The broker starts beside the relay, not before it: Kafka's clients wait for it.
 */
public final class DevSandbox implements Supplier<Map<String, String>> {

    private static final Logger LOG = System.getLogger("sandbox");

    /** The system property that says where the console is. */
    static final String CONSOLE = "sandbox.console";

    private static final int USUAL_KAFKA_PORT = 9092;

    /** Long enough to be seen, short enough not to wait for. */
    private static final Duration GOING_LIVE = Duration.ofMillis(800);

    private static final Duration COMPUTING = Duration.ofMillis(400);

    /** In place of the interval that a request asks for: nobody watches a console for a quarter of an hour. */
    private static final Duration REFRESHING = Duration.ofSeconds(15);

    /** So little that also the changes of some refreshes together are told as such: on a slow machine a look comes late. */
    private static final double CHANGING = 0.005;

    /** For {@link ParkedSandbox}, which makes it by reflection. */
    public DevSandbox() {}

    /** Starts it; the settings that the relay needs for it, by the names of environment variables. */
    @Override
    public Map<String, String> get() {
        var env = new TreeMap<String, String>();
        var last = LastToStop.registered();
        var dynamics = wanted("dynamics", "relay.dynamics.url")
                ? Optional.of(dynamics())
                : Optional.<DynamicsSimulator>empty();
        dynamics.ifPresent(simulator -> {
            env.putAll(simulator.env());
            LOG.log(Level.INFO, "Dynamics simulator and token endpoint on {0}", simulator.url());
        });
        if (wanted("kafka", "kafka.bootstrap.servers")) {
            var port = kafkaPort();
            env.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:" + port);
            Thread.ofPlatform().daemon().name("sandbox").start(() -> run(port, dynamics, last));
        }
        return env;
    }

    private static boolean wanted(String half, String address) {
        return !"false".equals(System.getProperty("sandbox." + half)) && System.getProperty(address) == null;
    }

    private static DynamicsSimulator dynamics() {
        return DynamicsSimulator.start(new SimulatorSettings()
                .goLiveAfter(GOING_LIVE)
                .computeAfter(COMPUTING)
                .refreshEvery(REFRESHING)
                .rateOfChange(CHANGING));
    }

    private static int kafkaPort() {
        return port("sandbox.kafka.port", USUAL_KAFKA_PORT, "Kafka broker");
    }

    private static int consolePort() {
        return port("sandbox.console.port", SandboxOptions.USUAL_CONSOLE_PORT, "console");
    }

    private static int port(String property, int usual, String what) {
        var chosen = Integer.getInteger(property, usual);
        if (chosen != usual) {
            return chosen == 0 ? Ports.free() : chosen;
        }
        if (Ports.isFree(usual)) {
            return usual;
        }
        var port = Ports.free();
        LOG.log(Level.INFO, "Port {0,number,#} is taken: {2} on port {1,number,#} instead", usual, port, what);
        return port;
    }

    /** The broker, then the samples (which need a simulator: no segment comes into being in a real organization unasked). */
    private static void run(int port, Optional<DynamicsSimulator> dynamics, LastToStop last) {
        try {
            var broker = KafkaBroker.start(BrokerOptions.defaults().withPort(port));
            LOG.log(Level.INFO, "Kafka broker on {0}", broker.bootstrapServers());
            last.add(broker);
            var topics = new RelayTopics(broker.bootstrapServers());
            var terminal = new Terminal(topics);
            var console = Console.start(consolePort(), topics, dynamics);
            System.setProperty(CONSOLE, console.url());
            LOG.log(Level.INFO, "Console on {0}", console.url());
            if (dynamics.isPresent()) {
                terminal.submitSamples();
            }
            terminal.print();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The sandbox failed: stop with q or Ctrl+C, and start again", e);
        }
    }
}
