package io.segmentrelay.it;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.Records;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.DescribeClusterResponse;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/**
 * A Kafka broker that refuses what Azure Event Hubs refuses in its standard tier: what is compressed, requests over its size, and topics that a
 * client makes. Between clients and a real broker it passes all else on, and says that it is the broker itself.
 *
 * @see <a href="https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas">Event Hubs quotas and limits</a>
 */
final class EventHubsFront implements AutoCloseable {

    /** As {@code max.request.size} may be, by the vendor's recommended configurations. */
    private static final int MOST_BYTES = 1_046_528;

    private final ServerSocket server;
    private final int behind;
    private final Set<Errors> refused = ConcurrentHashMap.newKeySet();

    /** @param behind the broker's port */
    EventHubsFront(int behind) {
        this.behind = behind;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String bootstrapServers() {
        return "localhost:" + server.getLocalPort();
    }

    /** What was refused so far. */
    Set<Errors> refused() {
        return refused.isEmpty() ? Set.of() : EnumSet.copyOf(refused);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    /** One request after the other: so the answers keep their order. */
    private void serve(Socket client) {
        try (client;
                var broker = new Socket(InetAddress.getLoopbackAddress(), behind);
                var fromClient = new DataInputStream(client.getInputStream());
                var toClient = new DataOutputStream(client.getOutputStream());
                var fromBroker = new DataInputStream(broker.getInputStream());
                var toBroker = new DataOutputStream(broker.getOutputStream())) {
            while (true) {
                var request = read(fromClient);
                var header = RequestHeader.parse(request.duplicate());
                var refusal = refusal(request.duplicate());
                if (refusal.isPresent()) {
                    write(toClient, refusal.orElseThrow());
                } else {
                    write(toBroker, request);
                    write(toClient, asItself(read(fromBroker), header));
                }
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private Optional<ByteBuffer> refusal(ByteBuffer request) {
        var size = request.remaining();
        var header = RequestHeader.parse(request);
        if (header.apiKey() != ApiKeys.PRODUCE && header.apiKey() != ApiKeys.CREATE_TOPICS) {
            return Optional.empty();
        }
        var parsed = AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), new ByteBufferAccessor(request))
                .request;
        return error(parsed, size).map(error -> {
            refused.add(error);
            return written(header, parsed.getErrorResponse(0, error.exception()));
        });
    }

    private static Optional<Errors> error(AbstractRequest request, int size) {
        if (!(request instanceof ProduceRequest produced)) {
            return Optional.of(Errors.TOPIC_AUTHORIZATION_FAILED);
        }
        if (size > MOST_BYTES) {
            return Optional.of(Errors.MESSAGE_TOO_LARGE);
        }
        return produced.data().topicData().stream()
                .flatMap(topic -> topic.partitionData().stream())
                .filter(EventHubsFront::isCompressed)
                .findFirst()
                .map(compressed -> Errors.UNSUPPORTED_COMPRESSION_TYPE);
    }

    private static boolean isCompressed(ProduceRequestData.PartitionProduceData partition) {
        for (var batch : ((Records) partition.records()).batches()) {
            if (batch.compressionType() != CompressionType.NONE) {
                return true;
            }
        }
        return false;
    }

    /** Wherever the broker names its address, this one's. */
    private ByteBuffer asItself(ByteBuffer answer, RequestHeader header) {
        var port = server.getLocalPort();
        return switch (header.apiKey()) {
            case METADATA, FIND_COORDINATOR, DESCRIBE_CLUSTER -> {
                var response = AbstractResponse.parseResponse(answer, header);
                switch (response) {
                    case MetadataResponse metadata -> metadata.data().brokers().forEach(broker -> broker.setPort(port));
                    case DescribeClusterResponse cluster ->
                        cluster.data().brokers().forEach(broker -> broker.setPort(port));
                    case FindCoordinatorResponse found -> {
                        if (found.data().coordinators().isEmpty()) { // as old versions have it
                            found.data().setPort(port);
                        }
                        found.data().coordinators().forEach(coordinator -> coordinator.setPort(port));
                    }
                    default -> throw new IllegalStateException("no other has an address");
                }
                yield written(header, response);
            }
            default -> answer;
        };
    }

    private static ByteBuffer written(RequestHeader header, AbstractResponse response) {
        var answering = header.toResponseHeader();
        return RequestUtils.serialize(
                answering.data(), answering.headerVersion(), response.data(), header.apiVersion());
    }

    private static ByteBuffer read(DataInputStream from) throws IOException {
        return ByteBuffer.wrap(from.readNBytes(from.readInt()));
    }

    private static void write(DataOutputStream to, ByteBuffer message) throws IOException {
        var bytes = new byte[message.remaining()];
        message.get(bytes);
        to.writeInt(bytes.length);
        to.write(bytes);
        to.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
