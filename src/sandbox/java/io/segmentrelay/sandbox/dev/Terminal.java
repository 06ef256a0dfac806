package io.segmentrelay.sandbox.dev;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import io.segmentrelay.sandbox.RelayTopics;
import io.segmentrelay.sandbox.Samples;

/** The first run as a terminal shows it: the sample requests are written, and each answer is printed. */
final class Terminal {

    private static final Logger LOG = System.getLogger("sandbox");

    private static final List<String> ANSWERS = List.of("segment-ready", "segment-failed", "segment-dead-letters");

    private final RelayTopics topics;
    private boolean first = true;

    /** Makes those topics that are read here, so that nothing that is written to them is seen late. */
    Terminal(RelayTopics topics) {
        this.topics = topics;
        topics.make(ANSWERS);
    }

    /** Writes the samples as they are in their files: CloudEvents in structured mode. */
    void submitSamples() {
        for (var sample : Samples.FIRST) {
            topics.request(Samples.read(sample));
            LOG.log(
                    Level.INFO,
                    "Request src/main/resources/samples/{0} written to Kafka topic {1}",
                    sample,
                    RelayTopics.REQUESTS);
        }
    }

    /** Prints each answer, until the process ends. */
    void print() {
        topics.read("terminal", Pattern.compile(String.join("|", ANSWERS)), () -> true, this::print);
    }

    private void print(ConsumerRecord<byte[], byte[]> record) {
        System.out.println(PrintedEvent.of(record, first ? SinceStart.text() : ""));
        first = false;
    }
}
