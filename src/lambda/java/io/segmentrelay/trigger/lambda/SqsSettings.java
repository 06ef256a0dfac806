package io.segmentrelay.trigger.lambda;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;

import io.segmentrelay.config.MoreSettings;
import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SettingHelp;
import io.segmentrelay.config.SettingRange;

/** Checks the queues' settings at start. */
@Singleton
class SqsSettings implements MoreSettings {

    private static final String A_QUEUE = "the URL of an SQS queue";
    private static final String OR_KAFKA = A_QUEUE + ", or kafka.bootstrap.servers must be set";
    private static final String STANDARD = "the URL of a standard SQS queue (FIFO queues do not delay single messages)";

    /** A GUID in quotes, and a comma. */
    private static final int BYTES_OF_MEMBER = 39;

    /** What is around the members of a page, or a follow's sketch, at most. */
    private static final int BYTES_OF_ENVELOPE = 16 * 1024;

    /** Of the largest message, what a request may have: its continuation is that much larger, or less. */
    private static final double SHARE_OF_REQUEST = 0.8;

    private final SqsConfig sqs;
    private final RelayConfig relay;
    private final KafkaUse kafka;

    SqsSettings(SqsConfig sqs, RelayConfig relay, KafkaUse kafka) {
        this.sqs = sqs;
        this.relay = relay;
        this.kafka = kafka;
    }

    @Override
    public List<String> problems() {
        var problems = new ArrayList<String>();
        var pending = sqs.pendingUrl();
        if (pending.isEmpty()) {
            problems.add(SettingHelp.missing("relay.sqs.pending-url", STANDARD));
        } else if (!isUrl(pending.get()) || SqsQueues.isFifo(pending.get())) {
            problems.add(SettingHelp.wrong("relay.sqs.pending-url", pending.get(), STANDARD));
        }
        result(problems, "relay.sqs.ready-url", sqs.readyUrl());
        result(problems, "relay.sqs.failed-url", sqs.failedUrl());
        sqs.deadLetterUrl()
                .filter(url -> !isUrl(url))
                .ifPresent(url -> problems.add(SettingHelp.wrong("relay.sqs.dead-letter-url", url, A_QUEUE)));
        sizes(problems);
        return problems;
    }

    private void result(List<String> problems, String name, Optional<String> url) {
        if (url.isEmpty() && !kafka.isOn()) {
            problems.add(SettingHelp.missing(name, OR_KAFKA));
        } else if (url.isPresent() && !isUrl(url.get())) {
            problems.add(SettingHelp.wrong(name, url.get(), A_QUEUE));
        }
    }

    private void sizes(List<String> problems) {
        var most = sqs.maxMessageSize().asLongValue();
        if (!SettingRange.MAX_MESSAGE_SIZE.holds(most)) {
            problems.add(SettingHelp.wrong(SettingRange.MAX_MESSAGE_SIZE.setting(), most));
            return;
        }
        var members = (most - BYTES_OF_ENVELOPE) / BYTES_OF_MEMBER;
        if (sqs.readyUrl().isPresent() && relay.pageSize() > members) {
            problems.add(SettingHelp.wrong(
                    "relay.page-size",
                    relay.pageSize(),
                    "up to %d, so that a page fits into relay.sqs.max-message-size".formatted(members)));
        }
        var sketch = relay.follow().maxSketch().asLongValue();
        if (sketch > most - BYTES_OF_ENVELOPE) {
            problems.add(SettingHelp.wrong(
                    SettingRange.FOLLOW_MAX_SKETCH.setting(),
                    sketch,
                    "up to %d, so that a follow's continuation fits into relay.sqs.max-message-size: lower the one, or raise the other and the queue's own limit"
                            .formatted(most - BYTES_OF_ENVELOPE)));
        }
        var request = (long) (most * SHARE_OF_REQUEST);
        if (relay.maxEventSize().asLongValue() > request) {
            problems.add(SettingHelp.wrong(
                    "relay.max-event-size",
                    relay.maxEventSize().asLongValue(),
                    "up to %d, so that a continuation fits into relay.sqs.max-message-size".formatted(request)));
        }
    }

    private static boolean isUrl(String text) {
        try {
            var scheme = URI.create(text).getScheme();
            return "https".equals(scheme) || "http".equals(scheme);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
