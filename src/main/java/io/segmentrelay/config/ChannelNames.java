package io.segmentrelay.config;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Gives the channels' settings their names back where they come from the environment.
 * {@code MP_MESSAGING_INCOMING_SEGMENT_REQUESTS_GROUP_ID} is listed as {@code mp.messaging.incoming.segment.requests.group.id},
 * as an environment variable cannot tell a dash from a dot; the messaging then takes {@code segment} for a channel, and
 * ends the start since it has no connector. Values need no help: they are looked up by the right name.
 */
public class ChannelNames implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final List<String> PREFIXES = List.of(
            "mp.messaging.incoming.segment-requests.",
            "mp.messaging.incoming.segment-pending.",
            "mp.messaging.incoming.segment-followed.",
            "mp.messaging.outgoing.segment-pending-out.",
            "mp.messaging.outgoing.segment-followed-out.",
            "mp.messaging.outgoing.segment-ready.",
            "mp.messaging.outgoing.segment-failed.",
            "mp.messaging.outgoing.segment-dead-letters.",
            "mp.messaging.connector.smallrye-kafka.");

    private static final Map<String, String> BY_LISTED =
            PREFIXES.stream().collect(Collectors.toMap(prefix -> prefix.replace('-', '.'), Function.identity()));

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return context.proceed(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        var names = Spliterators.spliteratorUnknownSize(context.iterateNames(), Spliterator.ORDERED);
        return StreamSupport.stream(names, false).map(ChannelNames::name).iterator();
    }

    private static String name(String listed) {
        return BY_LISTED.entrySet().stream()
                .filter(prefix -> listed.startsWith(prefix.getKey()))
                .findFirst()
                .map(prefix ->
                        prefix.getValue() + listed.substring(prefix.getKey().length()))
                .orElse(listed);
    }
}
