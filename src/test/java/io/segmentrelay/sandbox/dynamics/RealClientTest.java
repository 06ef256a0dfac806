package io.segmentrelay.sandbox.dynamics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.segmentrelay.dynamics.DefinitionState;
import io.segmentrelay.dynamics.DefinitionState.Computation;
import io.segmentrelay.dynamics.DefinitionState.Status;
import io.segmentrelay.dynamics.Dynamics;
import io.segmentrelay.dynamics.Dynamics.Created;
import io.segmentrelay.dynamics.Dynamics.SegmentIds;
import io.segmentrelay.dynamics.DynamicsException.Rejected;
import io.segmentrelay.dynamics.DynamicsException.Weather;
import io.segmentrelay.dynamics.NewDefinition;
import io.segmentrelay.dynamics.NewSegment;
import io.segmentrelay.dynamics.StaticGroup;
import io.segmentrelay.dynamics.web.OnlyDynamics;
import io.segmentrelay.sandbox.dynamics.Effect.MembersForm;
import io.segmentrelay.sandbox.dynamics.SimulatorSettings.StaticForm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The relay's own client against the simulator: the whole sequence, and what it makes of some faults. */
@QuarkusTest
@TestProfile(RealClientTest.OnTheSimulator.class)
class RealClientTest {

    /** The application with nothing in it but the client. */
    public static final class OnTheSimulator extends OnlyDynamics {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Simulator.class));
        }
    }

    /** The simulator, for as long as the application runs. */
    public static final class Simulator implements QuarkusTestResourceLifecycleManager {
        private @Nullable DynamicsSimulator running;

        @Override
        public Map<String, String> start() {
            var started = DynamicsSimulator.start(new SimulatorSettings()
                    .rows(1_000, 100, 100)
                    .goLiveAfter(Duration.ZERO)
                    .computeAfter(Duration.ZERO));
            running = started;
            var settings = new HashMap<>(started.env());
            settings.put("relay.dynamics.url", started.url());
            settings.put("relay.dynamics.timeout", "5s");
            return settings;
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(running, new TestInjector.MatchesType(DynamicsSimulator.class));
        }

        @Override
        public void stop() {
            Objects.requireNonNull(running).close();
        }
    }

    @Inject
    Dynamics dynamics;

    @Nullable
    DynamicsSimulator simulator;

    @AfterEach
    void clear() {
        simulator().faults().clear();
        simulator().settings().computationColumns(true);
    }

    private DynamicsSimulator simulator() {
        return Objects.requireNonNull(simulator);
    }

    private SegmentIds create(String name, String query) {
        var id = UUID.randomUUID();
        await(dynamics.createDefinition(new NewDefinition(
                id, Optional.of(query), List.of(), List.of(), Optional.of(true), Optional.of(Duration.ofMinutes(15)))));
        await(dynamics.createSegment(new NewSegment(id, id, name, true, "contact", Optional.empty())));
        return new SegmentIds(id, id);
    }

    @Test
    void takesMembersInGroups() {
        // Given
        simulator().settings().staticForm(StaticForm.BOTH);
        var members = ofKent();

        // When: a definition without groups
        var ids = create("no groups", "PROFILE(contact)");
        var failure = catchThrowableOfType(
                Rejected.class,
                () -> await(dynamics.addMembers(ids, StaticGroup.INCLUDE.id(ids.definitionId()), members)));

        // Then
        assertThat(failure.answer().status()).isEqualTo(400);
        assertThat(failure.answer().message().orElseThrow()).contains("GroupId");

        // When: a server of before
        simulator().settings().staticForm(StaticForm.INLINE);
        failure = catchThrowableOfType(
                Rejected.class,
                () -> await(dynamics.addMembers(ids, StaticGroup.INCLUDE.id(ids.definitionId()), members)));

        // Then
        assertThat(failure.answer().status()).isEqualTo(404);
        simulator().settings().staticForm(StaticForm.BOTH);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }

    private List<UUID> ofKent() {
        return simulator().crm().contacts().rows().stream()
                .filter(row -> "Kent".equals(row.get("address1_county")))
                .map(row -> row.id())
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    @Test
    void runsTheWholeSequence() {
        // When
        var ids = create("Kent \u00e9\u4e2d", "PROFILE(contact).FILTER(address1_county == 'Kent')");
        var again = await(dynamics.createDefinition(new NewDefinition(
                ids.definitionId(), Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty())));
        var draft = await(dynamics.state(ids));
        await(dynamics.publish(ids));
        var published = await(dynamics.state(ids));
        var many = await(dynamics.states(List.of(ids, new SegmentIds(UUID.randomUUID(), UUID.randomUUID()))));
        var members = await(dynamics.members(ids));

        // Then
        assertThat(again).isEqualTo(new Created(ids.definitionId(), true));
        assertThat(draft).contains(new DefinitionState(Status.DRAFT, Computation.NOT_STARTED));
        var live = published.orElseThrow();
        assertThat(live).isEqualTo(new DefinitionState(Status.LIVE, Computation.FINISHED, live.computedAt()));
        assertThat(live.computedAt()).isPresent();
        assertThat(many).containsExactly(Map.entry(ids.definitionId(), live));
        assertThat(ofKent()).isNotEmpty();
        assertThat(members.members().slice(0, members.members().size())).isEqualTo(ofKent());
        assertThat(members.primaryKeyColumn()).contains("contactid");
    }

    @Test
    void seesWhatTheParserSays() {
        // Given
        var ids = create("refused", "PROFILE(contact).FILTER(lastname == \"x\")");

        // When
        var failure = catchThrowableOfType(Rejected.class, () -> await(dynamics.publish(ids)));

        // Then
        assertThat(failure.answer().status()).isEqualTo(400);
        assertThat(failure.answer().message()).contains("Invalid character '\"' at line 1, position 36");
        assertThat(failure.answer().serviceRequestId()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = MembersForm.class,
            names = {"ONE_EACH", "ONE_ELEMENT", "UPPER_CASE", "BRACED", "TOTAL_COUNT", "ESCAPED", "DUPLICATES"})
    void readsEveryFormOfMembers(MembersForm form) {
        // Given
        var ids = create("form " + form, "PROFILE(contact).FILTER(address1_county == 'Kent')");
        await(dynamics.publish(ids));
        simulator().faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Members(form)));

        // When
        var members = await(dynamics.members(ids)).members();

        // Then
        assertThat(members.slice(0, members.size())).isEqualTo(ofKent());
    }

    @Test
    void readsAHundredThousandMembers() {
        // Given
        var ids = create("many", "PROFILE(contact)");
        await(dynamics.publish(ids));
        simulator().faults().add(Fault.on(Operation.MEMBERS).does(new Effect.ManyMembers(100_000)));

        // When
        var members = await(dynamics.members(ids));

        // Then
        assertThat(members.members().size()).isEqualTo(100_000);
    }

    @Test
    void takesABrokenAnswerForWeather() {
        // Given
        var ids = create("broken", "PROFILE(contact)");
        await(dynamics.publish(ids));
        simulator().faults().add(Fault.on(Operation.MEMBERS).does(new Effect.Truncated()));

        // When
        var failure = catchThrowableOfType(Weather.class, () -> await(dynamics.members(ids)));

        // Then
        assertThat(failure).isNotNull();
    }

    @Test
    void getsAFreshTokenWhereOneWasRevoked() {
        // Given
        var ids = create("revoked", "PROFILE(contact)");
        var tokens = simulator().log().count(Operation.TOKEN);

        // When
        simulator().revokeTokens();
        await(dynamics.publish(ids));

        // Then
        assertThat(simulator().log().count(Operation.TOKEN)).isEqualTo(tokens + 1);
        assertThat(simulator().log().entries(Operation.PUBLISH))
                .anySatisfy(entry -> assertThat(entry.status()).isEqualTo(401));
    }
}
