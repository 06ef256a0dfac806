package io.segmentrelay.sandbox;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import io.segmentrelay.sandbox.console.Console;

/**
 * A sandbox as a process of its own: prints the environment that a relay needs as {@code export} lines, and runs until it is
 * stopped.
 */
public final class SandboxMain {

    static final String HELP = """
            A Kafka broker and a Dynamics simulator for segment-relay, and a page to try it with. Prints what a relay needs
            as export lines, and runs until it is stopped (Ctrl+C, SIGTERM).

              --kafka-port=N           where Kafka listens; default: any free port
              --dynamics-port=N        where Dynamics and its token endpoint listen; default: any free port
              --console-port=N         where the console is: a page to try it with; default: 8090
              --partitions=N           of topics that are made on demand; default: 1
              --no-auto-create-topics  topics are not made on demand
              --go-live-after=PT..     from publishing to live, as an ISO 8601 duration; default: PT0.5S
              --compute-after=PT..     from live to computed; default: PT0.5S
              --help                   this text
            """;

    private SandboxMain() {}

    /**
     * Runs it; exit code 2 and one line for an option that is none.
     *
     * @param args as {@link #HELP} says
     */
    public static void main(String... args) throws InterruptedException {
        if (Arrays.asList(args).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        SandboxOptions options;
        try {
            options = options(args);
        } catch (IllegalArgumentException e) {
            System.err.println("Not started: " + e.getMessage() + " (--help lists the options)");
            System.exit(2);
            return;
        }
        var sandbox = Sandbox.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close, "sandbox-stop"));
        var console = Console.start(
                options.consolePort(),
                new RelayTopics(sandbox.kafka().bootstrapServers()),
                Optional.of(sandbox.dynamics()));
        System.err.println("Console on " + console.url());
        sandbox.env().forEach((name, value) -> System.out.printf("export %s=%s%n", name, value));
        System.out.flush();
        new CountDownLatch(1).await();
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a text that names the option at fault
     */
    static SandboxOptions options(String... args) {
        var options = SandboxOptions.defaults();
        for (var arg : args) {
            options = with(options, arg);
        }
        return options;
    }

    private static SandboxOptions with(SandboxOptions options, String arg) {
        var equals = arg.indexOf('=');
        var name = equals < 0 ? arg : arg.substring(0, equals);
        var value = equals < 0 ? "" : arg.substring(equals + 1);
        try {
            var simulator = options.simulator();
            return switch (name) {
                case "--kafka-port" -> options.withKafkaPort(Integer.parseInt(value));
                case "--console-port" -> options.withConsolePort(port(value));
                case "--partitions" -> options.withPartitions(Integer.parseInt(value));
                case "--no-auto-create-topics" -> options.withAutoCreateTopics(false);
                case "--dynamics-port" -> options.withSimulator(simulator.port(port(value)));
                case "--go-live-after" -> options.withSimulator(simulator.goLiveAfter(Duration.parse(value)));
                case "--compute-after" -> options.withSimulator(simulator.computeAfter(Duration.parse(value)));
                default -> throw new IllegalArgumentException("no such option");
            };
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException("%s is wrong: %s".formatted(arg, e.getMessage()), e);
        }
    }

    private static int port(String text) {
        return BrokerOptions.defaults().withPort(Integer.parseInt(text)).port();
    }
}
