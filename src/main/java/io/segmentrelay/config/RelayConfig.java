package io.segmentrelay.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;

import io.segmentrelay.query.QueryMode;

/**
 * The relay's own settings. Everything else (Kafka, TLS, logging) has the names that Quarkus gives it. What each may be is
 * said in {@link SettingRange}.
 */
@ConfigMapping(prefix = "relay")
public interface RelayConfig {

    /** The Dynamics organization. */
    DynamicsConfig dynamics();

    /** When a segment counts as ready. Default {@code computed}: a live segment without its members is of no use. */
    @WithDefault("computed")
    LiveWhen liveWhen();

    /** How often waiting segments are asked for. */
    PollConfig poll();

    /** How long one delivery may wait before it hands a continuation over. Default 4m: Knative ends a delivery after 10. */
    @WithDefault("4m")
    Duration window();

    /** The deadline of a request that names none. Default 2h: most segments take minutes, some take hours. */
    @WithDefault("2h")
    Duration readyWithin();

    /** Members on a page of {@code ready}. Default 5000: 200 KB, well under Kafka's usual 1 MB. */
    @WithDefault("5000")
    int pageSize();

    /** Requests on their way in one process. Default 20000: they fit in a heap of 256 MB. */
    @WithDefault("20000")
    int maxInFlight();

    /** The largest event that is read, over any trigger. Default 1M: Kafka's own usual limit. */
    @WithDefault("1M")
    MemorySize maxEventSize();

    /** What is done about queries that look wrong. Default {@code warn}: organizations differ in what they take. */
    @WithDefault("warn")
    QueryMode queryCheck();

    /** The CloudEvents {@code source} of what is emitted: a URI reference. */
    @WithDefault("/segment-relay")
    String source();

    /** Which segments may be deleted. Default {@code own}: those of a request of this relay. */
    @WithDefault("own")
    Retire retire();

    /** What becomes of the rows of a request that failed. Default {@code delete}: an organization may hold so many segments only. */
    @WithDefault("delete")
    FailedSegments failedSegments();

    /** Following segments. */
    FollowConfig follow();

    /** The Kafka trigger and sink. */
    KafkaConfig kafka();

    /** Deliveries over HTTP. */
    HttpConfig http();

    /** The Dynamics organization. */
    interface DynamicsConfig {

        /** The organization's URL, such as {@code https://contoso.crm4.dynamics.com}. */
        URI url();

        /** Of the Web API. Default {@code v9.0}, which v9.1 and v9.2 equal for what is used here. */
        @WithDefault("v9.0")
        String apiVersion();

        /** Which id {@code SegmentId} carries when publishing, where the server gave the two rows different ones. */
        @WithDefault("segment")
        IdKind publishId();

        /** Which id {@code SegmentId} carries when asking for members, where the server gave the two rows different ones. */
        @WithDefault("definition")
        IdKind membersId();

        /** How the members of a list reach Dynamics. */
        @WithDefault("inline")
        MembersStyle membersStyle();

        /** What goes to Dynamics with one request. Default {@code off}: each call is one. */
        @WithDefault("off")
        Batch batch();

        /** Calls under way at once. Default 40: the server refuses the 53rd of one user. */
        @WithDefault("40")
        int maxConcurrency();

        /** Calls in any five minutes. Default 5400: the server refuses after 6,000 of one user. */
        @WithName("requests-per-5-minutes")
        @WithDefault("5400")
        int requestsPer5Minutes();

        /**
         * Execution time of all calls together in any five minutes, by the calls' own durations. Default 18m: the server refuses
         * after 20 minutes of one user. Where more than the usual {@link #requestsPer5Minutes} are set, as much more: an
         * organization whose one limit was lifted has the other one lifted too.
         */
        @WithName("execution-time-per-5-minutes")
        Optional<Duration> executionTimePer5Minutes();

        /** Whose these limits are. Default: the group's where requests are read from Kafka, else each process'. */
        Optional<LimitsOf> limits();

        /** How long one call may take; for a member list: may pause. Default 30s. */
        @WithDefault("30s")
        Duration timeout();
    }

    /** How often waiting segments are asked for. */
    interface PollConfig {

        /** The first pause. Default: see {@link PollPauses}. */
        Optional<Duration> interval();

        /** The longest pause, at least {@link #interval()}: pauses grow with a segment's waiting time. */
        Optional<Duration> maxInterval();
    }

    /** Following segments. */
    interface FollowConfig {

        /** The longest follow. Default 365d. */
        @WithDefault("365d")
        Duration maxUntil();

        /** The largest sketch in a continuation, as it is written there. Default 64K: well under Kafka's usual 1 MB. */
        @WithDefault("64K")
        MemorySize maxSketch();
    }

    /** The Kafka trigger and sink. */
    interface KafkaConfig {

        /** Whether requests are read from Kafka. Default true, false where {@code K_SINK} is set. */
        boolean enabled();
    }

    /** Deliveries over HTTP. */
    interface HttpConfig {

        /** Whether {@code POST /} takes deliveries; where not, it answers 404. Default true. */
        @WithDefault("true")
        boolean enabled();

        /**
         * Which senders may ask to deliver by CloudEvents web hooks: the names of their systems, or {@code *} for all. Default
         * none: then each is refused.
         */
        Optional<List<String>> allowedOrigins();

        /**
         * Whom a delivery's bearer token must be meant for (OIDC, as Knative Eventing sends it). Default none: then no token
         * is asked for.
         */
        Optional<String> audience();

        /**
         * Who issues these tokens: the URL before {@code /.well-known/openid-configuration}. Default: the Kubernetes cluster
         * that the relay runs in, whose API is asked with the pod's own token.
         */
        @WithDefault("https://kubernetes.default.svc")
        URI issuer();
    }

    /** When a segment counts as ready. */
    enum LiveWhen {
        /** Live, and the computation of its members has finished. */
        COMPUTED,
        /** Live by its status alone. */
        LIVE
    }

    /** Who has the limits. */
    enum LimitsOf {
        /** The replicas of a Kafka consumer group together: each has a part of them, as it has of the partitions. */
        GROUP,
        /** Each process. */
        PROCESS
    }

    /** How the members of a list reach Dynamics. */
    enum MembersStyle {
        /** As two comma-separated texts of the definition: the form of 2022. */
        INLINE,
        /** As two groups that are filled by calls of their own: the form of 2025. */
        GROUPS
    }

    /** What goes to Dynamics with one request. */
    enum Batch {
        /** Each call is a request. */
        OFF,
        /** Both creates and the publish of a segment are one {@code $batch}. */
        SEGMENT
    }

    /** One of a segment's two ids. */
    enum IdKind {
        /** Of the row in {@code msdynmkt_segments}. */
        SEGMENT,
        /** Of the row in {@code msdynmkt_segmentdefinitions}. */
        DEFINITION
    }

    /** Which segments may be deleted. */
    enum Retire {
        /** Those whose rows have the id of a request of this relay. */
        OWN,
        /** All. */
        ANY,
        /** None. */
        OFF
    }

    /** What becomes of the rows of a request that failed. */
    enum FailedSegments {
        /** They are deleted, unless the segment was ever computed, stopped or changed. */
        DELETE,
        /** They are left. */
        KEEP
    }
}
