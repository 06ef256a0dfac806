package io.segmentrelay.sandbox.dynamics;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the simulator behaves. All but those that {@link DynamicsSimulator#start} reads may be changed while it runs, and
 * count from the next call on, for segments that are under way too. Each setter returns this object.
 */
public final class SimulatorSettings {

    /** Which id an action takes as {@code SegmentId}; the article has named both. */
    public enum AcceptedId {
        /** The id of either row. */
        BOTH,
        /** The id of the row in {@code msdynmkt_segments} only. */
        SEGMENT,
        /** The id of the row in {@code msdynmkt_segmentdefinitions} only. */
        DEFINITION
    }

    /** Which form of listed members the server knows: that of 2022, that of 2025, or both. */
    public enum StaticForm {
        /** Either. */
        BOTH,
        /** {@code msdynmkt_includedmembers} and {@code msdynmkt_excludedmembers} only. */
        INLINE,
        /** {@code msdynmkt_staticlistmembers} and {@code msdynmkt_AddStaticMembers} only. */
        GROUPS
    }

    private volatile int port;
    private volatile Clock clock = Clock.systemUTC();
    private volatile long seed = 365;
    private volatile int contacts = 5_000;
    private volatile int leads = 2_000;
    private volatile int accounts = 500;
    private volatile String tenant = "5a9d0000-0000-4000-8000-00000000e17a";
    private volatile String clientId = "5a9d0000-0000-4000-8000-0000000c11e7";
    private volatile String clientSecret = "sandbox~secret~0123456789";
    private volatile Duration tokenLife = Duration.ofHours(1);
    private volatile Duration goLiveAfter = Duration.ofMillis(500);
    private volatile Duration computeAfter = Duration.ofMillis(500);
    private volatile Duration serviceTime = Duration.ZERO;
    private volatile int requestsPer5Minutes = 6_000;
    private volatile Duration executionTimePer5Minutes = Duration.ofMinutes(5).multipliedBy(1_000);
    private volatile int concurrentRequests = 52;
    private volatile boolean computationColumns = true;
    private volatile AcceptedId publishId = AcceptedId.BOTH;
    private volatile AcceptedId membersId = AcceptedId.BOTH;
    private volatile StaticForm staticForm = StaticForm.BOTH;
    private volatile Effect.MembersForm membersForm = Effect.MembersForm.ONE_EACH;
    private volatile Optional<Duration> refreshEvery = Optional.empty();
    private volatile Duration recomputeAfter = Duration.ofMillis(500);
    private volatile boolean showsRecomputation = true;
    private volatile double rateOfChange = 0.01;
    private volatile int maxSegments = 10_000;
    private volatile int maxDynamicSegments = 2_000;
    private volatile boolean deletePrivilege = true;
    private volatile int usedStatus = 400;
    private volatile Duration deletedStays = Duration.ZERO;

    /** The TCP port on the loopback interface; 0, the default: any free one. Read at start. */
    public SimulatorSettings port(int value) {
        port = value;
        return this;
    }

    /** What time it is, for states, tokens and limits; default: the system's. Read at start. */
    public SimulatorSettings clock(Clock value) {
        clock = Objects.requireNonNull(value);
        return this;
    }

    /** What the CRM's rows are drawn from: the same seed, the same rows. Read at start. */
    public SimulatorSettings seed(long value) {
        seed = value;
        return this;
    }

    /** How many rows the CRM has; default 5,000, 2,000 and 500. Read at start. */
    public SimulatorSettings rows(int contactRows, int leadRows, int accountRows) {
        contacts = contactRows;
        leads = leadRows;
        accounts = accountRows;
        return this;
    }

    /** The directory's id, and who may have tokens. */
    public SimulatorSettings client(String tenantId, String id, String secret) {
        tenant = tenantId;
        clientId = id;
        clientSecret = secret;
        return this;
    }

    /** How long a token lives, whole seconds; default an hour. */
    public SimulatorSettings tokenLife(Duration value) {
        tokenLife = value;
        return this;
    }

    /** From publishing to live; default 500 ms. */
    public SimulatorSettings goLiveAfter(Duration value) {
        goLiveAfter = value;
        return this;
    }

    /** From live to computed; default 500 ms. */
    public SimulatorSettings computeAfter(Duration value) {
        computeAfter = value;
        return this;
    }

    /** How long each call takes at least; default 0. */
    public SimulatorSettings serviceTime(Duration value) {
        serviceTime = value;
        return this;
    }

    /** Service protection: requests in any 5 minutes; default 6,000. */
    public SimulatorSettings requestsPer5Minutes(int value) {
        requestsPer5Minutes = value;
        return this;
    }

    /**
     * Service protection: combined execution time in any 5 minutes. Each call is charged when it ends, with its whole duration.
     * Default: off; the real one's is {@link #realLimits}.
     */
    public SimulatorSettings executionTimePer5Minutes(Duration value) {
        executionTimePer5Minutes = value;
        return this;
    }

    /** Service protection as the real server has it: 6,000 requests and 20 minutes of execution time in any 5 minutes, 52 at once. */
    public SimulatorSettings realLimits() {
        return requestsPer5Minutes(6_000)
                .executionTimePer5Minutes(Duration.ofMinutes(20))
                .concurrentRequests(52);
    }

    /** Service protection: requests at the same time; default 52. */
    public SimulatorSettings concurrentRequests(int value) {
        concurrentRequests = value;
        return this;
    }

    /** Whether definitions have the computation columns: older solutions have not, and answer 400. */
    public SimulatorSettings computationColumns(boolean value) {
        computationColumns = value;
        return this;
    }

    /** Which id publishing takes. */
    public SimulatorSettings publishId(AcceptedId value) {
        publishId = value;
        return this;
    }

    /** Which id the member list takes. */
    public SimulatorSettings membersId(AcceptedId value) {
        membersId = value;
        return this;
    }

    /** Which form of listed members is known. */
    public SimulatorSettings staticForm(StaticForm value) {
        staticForm = value;
        return this;
    }

    /** The form of all member lists that no fault changes. */
    public SimulatorSettings membersForm(Effect.MembersForm value) {
        membersForm = value;
        return this;
    }

    /**
     * From the end of a computation to the begin of the next one, for all dynamic segments; zero: they are refreshed only when
     * {@link Marketers#refresh} says so. Default: by the segment's own interval, a day where it has none.
     */
    public SimulatorSettings refreshEvery(Duration value) {
        refreshEvery = Optional.of(value);
        return this;
    }

    /** How long a further computation runs; default 500 ms. */
    public SimulatorSettings recomputeAfter(Duration value) {
        recomputeAfter = value;
        return this;
    }

    /** Whether a segment's rows say so while it is computed again; default: they do. */
    public SimulatorSettings showsRecomputation(boolean value) {
        showsRecomputation = value;
        return this;
    }

    /** The share of members that leaves at each further computation, 0 to 1; about as many join. Default 0.01. */
    public SimulatorSettings rateOfChange(double value) {
        rateOfChange = value;
        return this;
    }

    /** How many segments an organization may have, and how many dynamic ones of them; default 10,000 and 2,000. */
    public SimulatorSettings segmentLimits(int all, int dynamic) {
        maxSegments = all;
        maxDynamicSegments = dynamic;
        return this;
    }

    /** Whether the application user may delete rows; default: it may. */
    public SimulatorSettings deletePrivilege(boolean value) {
        deletePrivilege = value;
        return this;
    }

    /** What deleting a segment that a live journey uses is answered with: 400, the default, or 409. */
    public SimulatorSettings usedStatus(int value) {
        usedStatus = value;
        return this;
    }

    /** How long a deleted definition is there as such; default: not at all. */
    public SimulatorSettings deletedStays(Duration value) {
        deletedStays = value;
        return this;
    }

    public int port() {
        return port;
    }

    public Clock clock() {
        return clock;
    }

    public long seed() {
        return seed;
    }

    public int contacts() {
        return contacts;
    }

    public int leads() {
        return leads;
    }

    public int accounts() {
        return accounts;
    }

    public String tenant() {
        return tenant;
    }

    public String clientId() {
        return clientId;
    }

    public String clientSecret() {
        return clientSecret;
    }

    public Duration tokenLife() {
        return tokenLife;
    }

    public Duration goLiveAfter() {
        return goLiveAfter;
    }

    public Duration computeAfter() {
        return computeAfter;
    }

    public Duration serviceTime() {
        return serviceTime;
    }

    public int requestsPer5Minutes() {
        return requestsPer5Minutes;
    }

    public Duration executionTimePer5Minutes() {
        return executionTimePer5Minutes;
    }

    public int concurrentRequests() {
        return concurrentRequests;
    }

    public boolean computationColumns() {
        return computationColumns;
    }

    public AcceptedId publishId() {
        return publishId;
    }

    public AcceptedId membersId() {
        return membersId;
    }

    public StaticForm staticForm() {
        return staticForm;
    }

    public Effect.MembersForm membersForm() {
        return membersForm;
    }

    public Optional<Duration> refreshEvery() {
        return refreshEvery;
    }

    public Duration recomputeAfter() {
        return recomputeAfter;
    }

    public boolean showsRecomputation() {
        return showsRecomputation;
    }

    public double rateOfChange() {
        return rateOfChange;
    }

    public int maxSegments() {
        return maxSegments;
    }

    public int maxDynamicSegments() {
        return maxDynamicSegments;
    }

    public boolean deletePrivilege() {
        return deletePrivilege;
    }

    public int usedStatus() {
        return usedStatus;
    }

    public Duration deletedStays() {
        return deletedStays;
    }
}
