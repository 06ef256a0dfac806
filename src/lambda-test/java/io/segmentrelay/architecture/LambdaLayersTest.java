package io.segmentrelay.architecture;

import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.ServiceLoader;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** What holds for all packages is in {@code LayersTest} and {@code NativeTest}; this is what the Lambda trigger adds to it. */
@AnalyzeClasses(packages = "io.segmentrelay", importOptions = LambdaLayersTest.Code.class)
class LambdaLayersTest {

    /** ArchUnit's own option knows the tests in {@code target/test-classes} only. */
    public static final class Code implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    private static final String LAMBDA = "io.segmentrelay.trigger.lambda..";

    @ArchTest
    static final ArchRule ONLY_THE_LAMBDA_TRIGGER_KNOWS_AWS = noClasses()
            .that()
            .resideOutsideOfPackages(LAMBDA, "io.segmentrelay.sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.amazonaws..", "software.amazon..", "io.quarkus.amazon..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_LAMBDA_TRIGGER = noClasses()
            .that()
            .resideOutsideOfPackage(LAMBDA)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(LAMBDA);

    @ArchTest
    static final ArchRule THE_LAMBDA_TRIGGER_KNOWS_NEITHER_ROOT_NOR_HTTP = noClasses()
            .that()
            .resideInAPackage(LAMBDA)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.segmentrelay", "io.segmentrelay.trigger.http..");

    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
            slices().matching("io.segmentrelay.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule TIME_COMES_FROM_TIME = noClasses()
            .that()
            .resideInAPackage(LAMBDA)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule NOTHING_IS_LOOKED_UP_BY_NAME = noClasses()
            .that()
            .resideInAPackage(LAMBDA)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.lang.reflect..")
                    .or(assignableTo(ServiceLoader.class))
                    .or(assignableTo(MethodHandles.class))
                    .or(assignableTo(MethodHandles.Lookup.class))
                    .or(assignableTo(ClassLoader.class)))
            .orShould()
            .callMethod(Class.class, "forName", String.class);
}
