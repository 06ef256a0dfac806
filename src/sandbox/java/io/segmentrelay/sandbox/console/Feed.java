package io.segmentrelay.sandbox.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has happened, in its order, for any number of pages that look on: one that comes late is told what came before. The oldest is
 * forgotten where that is too much. Safe for many threads.
 */
final class Feed {

    /** Enough for hours of looking on, and no burden for a page. */
    private static final int MOST = 20_000;

    /** A page of 5,000 members has 200,000. */
    private static final long MOST_CHARACTERS = 32L * 1024 * 1024;

    /**
     * Something that has happened.
     *
     * @param number counts up by one
     * @param json in one line
     */
    record Message(long number, String json) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private long characters;
    private long last;

    void add(String json) {
        lock.lock();
        try {
            messages.add(new Message(++last, json));
            characters += json.length();
            while (messages.size() > MOST || characters > MOST_CHARACTERS) {
                characters -= messages.remove().json().length();
            }
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * All that came after this one, as far as it is remembered.
     *
     * @param number of the last one that is known; 0: none
     * @param patience how long to wait for one
     * @return empty where none came
     */
    List<Message> after(long number, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            // Numbers of an earlier process are none of this feed's.
            var known = number > last ? 0 : number;
            var left = patience.toNanos();
            while (known == last && left > 0) {
                left = added.awaitNanos(left);
            }
            return messages.stream().filter(message -> message.number() > known).toList();
        } finally {
            lock.unlock();
        }
    }
}
