package io.segmentrelay.dynamics.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

class WindowBudgetPropertyTest {

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final long NANOS = WINDOW.toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** More than fits in. */
    private static final long MANY = Integer.MAX_VALUE;

    private record Spent(long at, long amount) {}

    @Property(tries = 200)
    void noWindowSeesMoreThanTheLimit(
            @ForAll @IntRange(min = 1, max = 500) int limit,
            @ForAll @IntRange(min = 1, max = 20) int largest,
            @ForAll long seed) {
        // Given
        var random = new Random(seed);
        var budget = new WindowBudget(limit, WINDOW);
        var spent = new ArrayList<Spent>();

        // When
        var now = 0L;
        for (var i = 0; i < 3_000; i++) {
            var amount = Math.min(limit, random.nextInt(largest) + 1);
            if (budget.allows(now, amount, 0)) {
                budget.started(now, amount, 0, random.nextInt(2 * limit));
                budget.spend(now, amount);
                spent.add(new Spent(now, amount));
            } else {
                now += (long) (random.nextDouble() * random.nextDouble() * 20 * SECOND);
            }
        }

        // Then
        assertThat(mostInAnyWindow(spent)).isLessThanOrEqualTo(limit);
    }

    @Property(tries = 50)
    void whoAlwaysWaitsForTheNextStartUsesNearlyAllAndNeverStandsStillForLong(
            @ForAll @IntRange(min = 50, max = 2_000) int limit,
            @ForAll @LongRange(min = 0, max = 300_000_000_000L) long begin) {
        // Given
        var budget = new WindowBudget(limit, WINDOW);
        var starts = new ArrayList<Long>();

        // When
        var now = begin;
        while (now < begin + 3 * NANOS) {
            if (budget.allows(now, 1, 0)) {
                budget.started(now, 1, 0, MANY);
                budget.spend(now, 1);
                starts.add(now);
            } else {
                var next = budget.nextStart(now, 1, 0);
                assertThat(next).isGreaterThan(now);
                now = next;
            }
        }

        // Then
        assertThat(starts.size()).isGreaterThan((int) (0.97 * 3 * limit) - 2);
        for (var i = 1; i < starts.size(); i++) {
            assertThat(starts.get(i) - starts.get(i - 1))
                    .as("a pause beside the even distance of %d ns", NANOS / limit)
                    .isLessThan(3 * NANOS / limit + 2 * SECOND);
        }
    }

    @Property(tries = 50)
    void whatFitsInTwiceIsNotPacedUntilAFifthIsLeft(@ForAll @IntRange(min = 10, max = 2_000) int limit) {
        // Given
        var budget = new WindowBudget(limit, WINDOW);

        // When: all at one time, with little waiting
        var started = 0;
        while (budget.allows(0, 1, 0)) {
            budget.started(0, 1, 0, 1);
            budget.spend(0, 1);
            started++;
        }

        // Then
        assertThat(started).isBetween(limit - limit / 5 - 1, limit - limit / 5 + 2);
    }

    @Property(tries = 100)
    void aLimitThatShrinksCountsAtOnce(@ForAll @IntRange(min = 2, max = 500) int limit, @ForAll long seed) {
        // Given
        var random = new Random(seed);
        var budget = new WindowBudget(limit, WINDOW);
        var spent = new ArrayList<Spent>();
        var now = spendFor(budget, 0, 2 * NANOS, spent, random);

        // When
        budget.limit(now, limit / 2);
        var later = new ArrayList<Spent>();
        spendFor(budget, now, now + 3 * NANOS, later, random);

        // Then
        for (var each : later) {
            var inWindow =
                    spent.stream().filter(s -> s.at() >= each.at() - NANOS).count()
                            + later.stream()
                                    .filter(s -> s.at() <= each.at() && s.at() >= each.at() - NANOS)
                                    .count();
            assertThat(inWindow).isLessThanOrEqualTo(limit / 2);
        }
        assertThat(later).hasSizeGreaterThanOrEqualTo(limit / 2);
    }

    private static long spendFor(WindowBudget budget, long from, long until, List<Spent> spent, Random random) {
        var now = from;
        while (now < until) {
            if (budget.allows(now, 1, 0)) {
                budget.started(now, 1, 0, MANY);
                budget.spend(now, 1);
                spent.add(new Spent(now, 1));
            } else {
                now += (long) (random.nextDouble() * 3 * SECOND);
            }
        }
        return now;
    }

    private static long mostInAnyWindow(List<Spent> spent) {
        var most = 0L;
        var sum = 0L;
        var first = 0;
        for (var last : spent) {
            sum += last.amount();
            while (last.at() - spent.get(first).at() > NANOS) {
                sum -= spent.get(first++).amount();
            }
            most = Math.max(most, sum);
        }
        return most;
    }
}
