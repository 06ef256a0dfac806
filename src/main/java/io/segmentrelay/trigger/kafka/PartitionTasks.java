package io.segmentrelay.trigger.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

import io.segmentrelay.relay.CancelSlot;

/**
 * The records under way, by partition. When a partition goes to another replica, its records go with it: they are dropped
 * here, since the new owner reads them again, and one segment must not be worked on twice.
 */
@ApplicationScoped
@Identifier("relay")
public class PartitionTasks implements KafkaConsumerRebalanceListener {

    private static final Logger LOG = Logger.getLogger(PartitionTasks.class);

    private final Map<TopicPartition, Set<Task>> tasks = new HashMap<>();
    private final GroupPart part;

    PartitionTasks(GroupPart part) {
        this.part = part;
    }

    /**
     * Runs a record's work.
     *
     * @param left is called when it ended, failed or was dropped
     */
    void run(TopicPartition partition, Uni<Void> work, Runnable left) {
        var task = new Task(partition, left);
        add(task);
        task.slot.runs(work.subscribe().with(done -> ended(task), failure -> ended(task)));
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        part.assigned(consumer, partitions);
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        part.revoked(partitions);
        var dropped = remove(partitions);
        if (!dropped.isEmpty()) {
            LOG.infof("Partitions went to another replica, with %d records under way: %s", dropped.size(), partitions);
        }
        dropped.forEach(Task::drop);
    }

    private synchronized void add(Task task) {
        tasks.computeIfAbsent(task.partition, p -> new HashSet<>()).add(task);
    }

    private void ended(Task task) {
        synchronized (this) {
            var all = tasks.get(task.partition);
            if (all != null) {
                all.remove(task);
            }
        }
        task.left.run();
    }

    private synchronized List<Task> remove(Collection<TopicPartition> partitions) {
        var removed = new ArrayList<Task>();
        for (var partition : partitions) {
            var all = tasks.remove(partition);
            if (all != null) {
                removed.addAll(all);
            }
        }
        return removed;
    }

    /** One record under way. */
    private static final class Task {
        private final TopicPartition partition;
        private final Runnable left;
        private final CancelSlot slot = new CancelSlot();

        private Task(TopicPartition partition, Runnable left) {
            this.partition = partition;
            this.left = left;
        }

        private void drop() {
            slot.cancel();
            left.run();
        }
    }
}
