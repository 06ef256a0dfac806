package io.segmentrelay.trigger.http;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import io.segmentrelay.config.MoreSettings;
import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SettingHelp;

/** Refuses a start in which nothing could come in: neither over HTTP nor from Kafka. */
@ApplicationScoped
class HttpSettings implements MoreSettings {

    private final RelayConfig config;

    HttpSettings(RelayConfig config) {
        this.config = config;
    }

    @Override
    public List<String> problems() {
        return config.http().enabled() || config.kafka().enabled()
                ? List.of()
                : List.of(SettingHelp.wrong(
                        "relay.http.enabled",
                        false,
                        "true where relay.kafka.enabled is false (as it is with K_SINK), or no event would come in"));
    }
}
