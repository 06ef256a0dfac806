package io.segmentrelay.relay;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.junit.jupiter.api.Test;

import io.segmentrelay.dynamics.DynamicsException;
import io.segmentrelay.dynamics.MemberList;
import io.segmentrelay.dynamics.MemberSet;

import static org.assertj.core.api.Assertions.assertThat;

class HeldMembersTest {

    private final HeldMembers held = new HeldMembers(100_000, 5_000);
    private final MemberList list = new MemberList(MemberSet.of(List.of()), Optional.empty(), OptionalLong.empty());

    private UniAssertSubscriber<MemberList> read() {
        return held.read(() -> Uni.createFrom().item(list)).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void readsNoFurtherListWhileTooManyWaitForTheirReceiver() {
        // Given
        var receiver = new java.util.ArrayList<UniEmitter<? super String>>();
        var waiting = IntStream.range(0, 3)
                .mapToObj(i -> held.holding(300, () -> Uni.createFrom().<String>emitter(receiver::add))
                        .subscribe()
                        .withSubscriber(UniAssertSubscriber.<String>create()))
                .toList();

        // Then
        read().assertFailedWith(DynamicsException.Weather.class);

        // When: one is taken, and one is given up
        receiver.getFirst().complete("taken");
        read().assertCompleted();
        waiting.get(1).cancel();
        receiver.get(2).fail(new IllegalStateException("gone"));

        // Then
        assertThat(held.bytes()).isZero();
    }
}
