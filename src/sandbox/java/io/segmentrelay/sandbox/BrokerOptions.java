package io.segmentrelay.sandbox;

import java.util.Optional;

/**
 * How a {@link KafkaBroker} is set up.
 *
 * @param port where clients connect, 1 to 65535; 0 takes any free one
 * @param partitions of topics that are made without a number, 1 or more
 * @param autoCreateTopics whether a topic is made when it is first written or read
 * @param logins how clients may come in beside the door that asks nothing; absent: not at all
 */
public record BrokerOptions(int port, int partitions, boolean autoCreateTopics, Optional<BrokerLogins> logins) {

    /** Checks them. */
    public BrokerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535, not " + port);
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("a topic has 1 partition or more, not " + partitions);
        }
    }

    /** Any free port, topics of one partition, made on demand. */
    public static BrokerOptions defaults() {
        return new BrokerOptions(0, 1, true, Optional.empty());
    }

    /** The same on another port; 0 takes any free one. */
    public BrokerOptions withPort(int other) {
        return new BrokerOptions(other, partitions, autoCreateTopics, logins);
    }

    /** The same with another number of partitions. */
    public BrokerOptions withPartitions(int other) {
        return new BrokerOptions(port, other, autoCreateTopics, logins);
    }

    /** The same with or without topics made on demand. */
    public BrokerOptions withAutoCreateTopics(boolean other) {
        return new BrokerOptions(port, partitions, other, logins);
    }

    /** The same with doors for those who say who they are. */
    public BrokerOptions withLogins(BrokerLogins other) {
        return new BrokerOptions(port, partitions, autoCreateTopics, Optional.of(other));
    }
}
