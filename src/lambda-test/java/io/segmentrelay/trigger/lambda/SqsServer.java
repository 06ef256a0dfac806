package io.segmentrelay.trigger.lambda;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.rest.sqs.TheSQSRestServerBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.segmentrelay.contract.ReceivedEvents;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A real SQS-compatible server in this JVM (ElasticMQ), and a client for it. */
public final class SqsServer implements AutoCloseable {

    static final String REGION = "eu-central-1";

    private SQSRestServer server;
    private final int port;
    private final SqsClient client;

    /** Starts one on a free port. */
    public SqsServer() {
        server = SQSRestServerBuilder.withInterface("127.0.0.1")
                .withPort(0)
                .withAWSRegion(REGION)
                .start();
        port = port(server);
        client = SqsClient.builder()
                .endpointOverride(URI.create(url()))
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static int port(SQSRestServer started) {
        return started.waitUntilStarted().localAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** What the AWS SDK of a process needs to use this server. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL_SQS",
                url(),
                "AWS_REGION",
                REGION,
                "AWS_ACCESS_KEY_ID",
                "key",
                "AWS_SECRET_ACCESS_KEY",
                "secret");
    }

    /** Makes a queue; a name with {@code .fifo} at its end makes a FIFO queue. */
    String queue(String name) {
        var attributes = name.endsWith(".fifo")
                ? Map.of(QueueAttributeName.FIFO_QUEUE, "true")
                : Map.<QueueAttributeName, String>of();
        return client.createQueue(request -> request.queueName(name).attributes(attributes))
                .queueUrl();
    }

    SqsClient client() {
        return client;
    }

    /** What can be received now, at most ten; fails where an event of the relay is not as it is published to be. */
    List<Message> receive(String queueUrl) {
        var messages = client.receiveMessage(request -> request.queueUrl(queueUrl)
                        .maxNumberOfMessages(10)
                        .visibilityTimeout(600)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
        var contract = new ReceivedEvents();
        for (var message : messages) {
            if (CloudEvents.structured(message.body().getBytes(UTF_8)) instanceof Checked.Good(var event)) {
                contract.add(event);
            }
        }
        contract.check();
        return messages;
    }

    void delete(String queueUrl, Message message) {
        client.deleteMessage(request -> request.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
    }

    /** Nobody listens any more; what is in the queues is lost. */
    void stop() {
        server.stopAndWait();
    }

    /** Listens again, without queues. */
    void restart() {
        TheSQSRestServerBuilder again =
                SQSRestServerBuilder.withInterface("127.0.0.1").withPort(port).withAWSRegion(REGION);
        server = again.start();
        server.waitUntilStarted();
    }

    @Override
    public void close() {
        client.close();
        server.stopAndWait();
    }
}
