package io.segmentrelay.sandbox.dynamics;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

import io.segmentrelay.sandbox.dynamics.crm.Row;

/**
 * What becomes of members while rows change: at each computation a share of them leaves, and about as many join, rows of the
 * table that were no members and, where there are too few, new ones. The same for the same seed, segment and number.
 *
 * @param rate the share, 0 to 1
 */
record Churn(long seed, double rate) {

    /** @param number of the computation, from 2 */
    List<UUID> next(List<UUID> members, DefinitionRow definition, List<Row> table, int number) {
        var random = new SplittableRandom(seed
                ^ definition.id().getMostSignificantBits()
                ^ Long.rotateLeft(definition.id().getLeastSignificantBits(), 32)
                ^ (number * 0x9E3779B97F4A7C15L));
        var next = new LinkedHashSet<UUID>();
        var left = new HashSet<UUID>();
        var included = definition.included();
        var excluded = definition.excluded();
        members.forEach(member -> {
            if (random.nextDouble() < rate && !included.contains(member)) {
                left.add(member);
            } else {
                next.add(member);
            }
        });
        var joining = (int) (rate * Math.max(1, members.size()) + random.nextDouble());
        var wanted = next.size() + (rate == 0 ? 0 : joining);
        for (var i = 0; i < 4 * joining && next.size() < wanted && !table.isEmpty(); i++) {
            var drawn = table.get(random.nextInt(table.size())).id();
            if (!left.contains(drawn) && !excluded.contains(drawn)) {
                next.add(drawn);
            }
        }
        while (next.size() < wanted) {
            next.add(new UUID(
                    (random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | 0x8000000000000000L));
        }
        return List.copyOf(next);
    }
}
