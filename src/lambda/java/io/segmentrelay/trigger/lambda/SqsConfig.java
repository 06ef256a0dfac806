package io.segmentrelay.trigger.lambda;

import java.util.Optional;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The queues. Region, credentials and endpoint come from where the AWS SDK looks for them. */
@ConfigMapping(prefix = "relay.sqs")
interface SqsConfig {

    /** The URL of the queue for continuations, which also invokes the function: a standard queue, since only those delay. */
    Optional<String> pendingUrl();

    /** The URL of the queue for pages of members. Without it they go to Kafka. */
    Optional<String> readyUrl();

    /** The URL of the queue for failures. Without it they go to Kafka. */
    Optional<String> failedUrl();

    /** The URL of the queue for what is no event for the relay. Without it the source gets that back as failed. */
    Optional<String> deadLetterUrl();

    /** The largest message that the queues take. Default 1M: what SQS allows; a queue may be set to less. */
    @WithDefault("1M")
    MemorySize maxMessageSize();
}
