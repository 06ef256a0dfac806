package io.segmentrelay.sandbox.dev;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

import io.segmentrelay.sandbox.KafkaBroker;
import io.segmentrelay.sandbox.TempFolder;

/** Stops the broker when the process ends, but after the relay, which still hands over what is under way. */
final class LastToStop {

    private static final String RELAY_GROUP = "segment-relay";

    /** What a stop of the relay may take. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicReference<@Nullable KafkaBroker> broker = new AtomicReference<>();

    private LastToStop() {}

    /** Waits for the end of the process. */
    static LastToStop registered() {
        var last = new LastToStop();
        Runtime.getRuntime().addShutdownHook(new Thread(last::stop, "sandbox-stop"));
        return last;
    }

    /** From now on there is a broker to stop. */
    void add(KafkaBroker started) {
        broker.set(started);
    }

    private void stop() {
        var started = broker.get();
        if (started != null) {
            awaitRelayGone(started);
            started.close();
        }
        // Last of all, since closing the broker may need classes that were not needed before.
        Optional.ofNullable(System.getProperty(ParkedSandbox.FOLDER))
                .ifPresent(folder -> TempFolder.of(Path.of(folder)).close());
    }

    private static void awaitRelayGone(KafkaBroker broker) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var start = System.nanoTime();
            while (relayIsThere(admin) && System.nanoTime() - start < PATIENCE_NANOS) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean relayIsThere(Admin admin) throws InterruptedException {
        try {
            return !admin.describeConsumerGroups(List.of(RELAY_GROUP)).all().get(2, TimeUnit.SECONDS).values().stream()
                    .allMatch(group -> group.members().isEmpty());
        } catch (ExecutionException | TimeoutException e) {
            return false; // it never came, or the broker cannot say
        }
    }
}
