package io.segmentrelay.contract;

import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.cloudevents.CloudEvent;

/** What receivers of events in tests have found: they read on threads of their own, where nobody hears of a failure. */
public final class ReceivedEvents {

    private final Queue<String> contractBroken = new ConcurrentLinkedQueue<>();

    /** Checks an event, whoever sent it. */
    public void add(CloudEvent event) {
        var attributes = new LinkedHashMap<String, String>();
        event.getAttributeNames().forEach(name -> attributes.put(name, String.valueOf(event.getAttribute(name))));
        event.getExtensionNames().forEach(name -> attributes.put(name, String.valueOf(event.getExtension(name))));
        var data = event.getData();
        contractBroken.addAll(PublishedContract.of(attributes, data == null ? new byte[0] : data.toBytes()));
    }

    /**
     * Says whether all were as they should be.
     *
     * @throws AssertionError where an event of the relay is not as it is published to be
     */
    public void check() {
        if (!contractBroken.isEmpty()) {
            throw new AssertionError("events that are not as published: " + contractBroken);
        }
    }
}
