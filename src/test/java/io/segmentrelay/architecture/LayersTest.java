package io.segmentrelay.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.segmentrelay.Main;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Holds the direction of dependencies: trigger → workflow → dynamics, all → event, config, time. */
@AnalyzeClasses(packages = "io.segmentrelay", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule EVENT_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("io.segmentrelay.event..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.segmentrelay.event..",
                    "java..",
                    "io.cloudevents..",
                    "com.fasterxml.jackson..",
                    "com.networknt..",
                    "io.smallrye.mutiny..",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule DYNAMICS_KNOWS_NO_EVENT_AND_NO_TRANSPORT = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.dynamics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.segmentrelay.event..",
                    "io.segmentrelay.workflow..",
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
    static final ArchRule HTTP_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.segmentrelay.http..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.segmentrelay..").and(not(resideInAPackage("io.segmentrelay.http.."))));

    @ArchTest
    static final ArchRule WORKFLOW_KNOWS_NO_FRAMEWORK_AND_NO_TRANSPORT = classes()
            .that()
            .resideInAPackage("io.segmentrelay.workflow..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.segmentrelay.workflow..",
                    "io.segmentrelay.dynamics..",
                    "io.segmentrelay.event..",
                    "io.segmentrelay.config..",
                    "io.segmentrelay.sketch..",
                    "io.segmentrelay.time..",
                    "java..",
                    "io.smallrye.mutiny..",
                    "org.jboss.logging..",
                    "org.jspecify.."));

    /** But the entry point, which is above them all. */
    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_TRIGGERS = noClasses()
            .that()
            .resideOutsideOfPackages("io.segmentrelay", "io.segmentrelay.trigger..")
            .and()
            .doNotBelongToAnyOf(Main.class)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.segmentrelay.trigger..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_SANDBOX = noClasses()
            .that()
            .resideOutsideOfPackages("io.segmentrelay.sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.segmentrelay.sandbox..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.segmentrelay.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TIME_IS_A_PART = noClasses()
            .that()
            .resideInAnyPackage("io.segmentrelay.workflow..", "io.segmentrelay.dynamics..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);
}
