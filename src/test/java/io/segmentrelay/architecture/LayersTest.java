package io.segmentrelay.architecture;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Holds the inner walls: trigger → relay → workflow → dynamics, all → event, config, time; above them all the root, where
 * the parts are put together.
 */
@AnalyzeClasses(packages = "io.segmentrelay", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    private static final Set<String> CLOCKS = Set.of(
            Instant.class.getName(),
            Clock.class.getName(),
            LocalDate.class.getName(),
            LocalDateTime.class.getName(),
            OffsetDateTime.class.getName(),
            ZonedDateTime.class.getName());

    private static final DescribedPredicate<JavaMethodCall> THAT_ASKS_THE_SYSTEM_FOR_THE_TIME =
            describe("that asks the system for the time, or sleeps", LayersTest::asksTheSystem);

    @ArchTest
    static final ArchRule EVENT_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("io.segmentrelay.event..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.segmentrelay.event..",
                    "io.segmentrelay.query",
                    "io.segmentrelay.trace",
                    "java..",
                    "io.cloudevents..",
                    "com.fasterxml.jackson..",
                    "com.networknt..",
                    "io.smallrye.mutiny..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule THE_WIRE_KNOWS_NO_SEGMENT = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.event.wire")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.segmentrelay.event", "io.segmentrelay.event.codec..");

    @ArchTest
    static final ArchRule DYNAMICS_KNOWS_NO_EVENT_AND_NO_TRANSPORT = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.dynamics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.segmentrelay.event..",
                    "io.segmentrelay.workflow..",
                    "io.segmentrelay.relay..",
                    "io.segmentrelay.trigger..",
                    "io.cloudevents..",
                    "org.apache.kafka..",
                    "io.smallrye.reactive.messaging..");

    @ArchTest
    static final ArchRule SKETCH_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("io.segmentrelay.sketch..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.segmentrelay.sketch..", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule QUERY_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("io.segmentrelay.query..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("io.segmentrelay.query..", "java..", "org.antlr..", "org.jspecify.."));

    @ArchTest
    static final ArchRule HTTP_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.http..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.segmentrelay..").and(not(resideInAPackage("io.segmentrelay.http.."))));

    @ArchTest
    static final ArchRule TRACE_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("io.segmentrelay.trace")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.segmentrelay.trace",
                    "java..",
                    "io.smallrye.mutiny..",
                    "org.jboss.logging..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule ONE_PLACE_KNOWS_OPENTELEMETRY = noClasses()
            .that()
            .resideOutsideOfPackage("io.segmentrelay.trace.otel")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry..", "io.segmentrelay.trace.otel..");

    @ArchTest
    static final ArchRule A_FACE_IMPORTS_NO_SUB_PACKAGE = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.dynamics")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.segmentrelay.dynamics.(*)..", "io.segmentrelay.config..");

    @ArchTest
    static final ArchRule THE_MODEL_IMPORTS_NO_SUB_PACKAGE = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.event")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.segmentrelay.event.(*)..");

    @ArchTest
    static final ArchRule WORKFLOW_KNOWS_NO_FRAMEWORK_AND_NO_TRANSPORT = classes()
            .that()
            .resideInAPackage("io.segmentrelay.workflow..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.segmentrelay.workflow..",
                    "io.segmentrelay.dynamics",
                    "io.segmentrelay.event",
                    "io.segmentrelay.config..",
                    "io.segmentrelay.sketch..",
                    "io.segmentrelay.time..",
                    "io.segmentrelay.trace",
                    "java..",
                    "io.smallrye.mutiny..",
                    "org.jboss.logging..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule THE_RELAY_KNOWS_NO_TRANSPORT = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.relay..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.segmentrelay.trigger..",
                    "io.vertx..",
                    "org.apache.kafka..",
                    "io.smallrye.reactive.messaging..");

    /** But the root, which is above them all. */
    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_TRIGGERS = noClasses()
            .that()
            .resideOutsideOfPackages("io.segmentrelay", "io.segmentrelay.trigger..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.segmentrelay.trigger..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_ROOT = noClasses()
            .that()
            .resideOutsideOfPackage("io.segmentrelay")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.segmentrelay");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_SANDBOX = noClasses()
            .that()
            .resideOutsideOfPackages("io.segmentrelay.sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.segmentrelay.sandbox..");

    /** Each package by itself, whatever its depth. */
    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
            slices().matching("io.segmentrelay.(**)").should().beFreeOfCycles();

    /** Each package with all below it. */
    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_BRANCHES =
            slices().matching("io.segmentrelay.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TIME_COMES_FROM_TIME = noClasses()
            .that()
            .resideOutsideOfPackages("io.segmentrelay.time..", "io.segmentrelay.sandbox..")
            .should()
            .callMethodWhere(THAT_ASKS_THE_SYSTEM_FOR_THE_TIME);

    private static boolean asksTheSystem(JavaMethodCall call) {
        var owner = call.getTargetOwner().getName();
        var name = call.getName();
        return (CLOCKS.contains(owner) && (name.equals("now") || name.startsWith("system")))
                || (owner.equals(System.class.getName())
                        && Set.of("currentTimeMillis", "nanoTime").contains(name))
                || (owner.equals(Thread.class.getName()) && name.equals("sleep"));
    }
}
