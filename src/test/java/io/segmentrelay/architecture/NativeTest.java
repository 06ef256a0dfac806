package io.segmentrelay.architecture;

import java.io.ObjectInputStream;
import java.lang.invoke.MethodHandles;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.Random;
import java.util.ResourceBundle;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Executor;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.eclipse.microprofile.config.ConfigProvider;

import io.segmentrelay.config.LogGuard;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

/**
 * Holds what a native executable asks of the code: nothing is looked up by name when it runs, and nothing that belongs to
 * a running process is made by a class that is initialized, which happens while the executable is built.
 */
@AnalyzeClasses(packages = "io.segmentrelay", importOptions = ImportOption.DoNotIncludeTests.class)
class NativeTest {

    /** {@link MethodHandles} itself makes views of arrays too; what finds by name is its {@code Lookup}. */
    private static final DescribedPredicate<JavaClass> LOOKED_UP_BY_NAME = resideInAnyPackage("java.lang.reflect..")
            .or(assignableTo(ServiceLoader.class))
            .or(assignableTo(MethodHandles.Lookup.class))
            .or(assignableTo(ResourceBundle.class))
            .or(assignableTo(ObjectInputStream.class))
            .or(assignableTo(ClassLoader.class))
            .as("reflection, service loaders, class loaders, bundles, serialization");

    private static final DescribedPredicate<JavaClass> OF_A_PROCESS = assignableTo(Random.class)
            .or(assignableTo(Thread.class))
            .or(assignableTo(Executor.class))
            .or(assignableTo(InetAddress.class))
            .or(assignableTo(SocketAddress.class))
            .or(assignableTo(AutoCloseable.class))
            .as("randomness, threads, addresses, things to close");

    private static final DescribedPredicate<JavaMethodCall> THAT_LOADS = DescribedPredicate.describe(
            "that loads by name",
            call -> Set.of("forName", "load", "loadLibrary").contains(call.getName())
                    && (call.getTargetOwner().isEquivalentTo(Class.class)
                            || call.getTargetOwner().isEquivalentTo(System.class)));

    @ArchTest
    static final ArchRule NOTHING_IS_LOOKED_UP_BY_NAME = noClasses()
            .that()
            .resideOutsideOfPackage("io.segmentrelay.sandbox..")
            .should()
            .dependOnClassesThat(LOOKED_UP_BY_NAME)
            .orShould()
            .callMethodWhere(THAT_LOADS);

    /**
     * Before Quarkus runs these are the settings of the build, and later they can be injected; but not into a log filter,
     * which Quarkus makes when the settings of the run are there.
     */
    @ArchTest
    static final ArchRule NOBODY_ASKS_FOR_THE_SETTINGS_OF_THE_BUILD = noClasses()
            .that()
            .resideOutsideOfPackage("io.segmentrelay.sandbox..")
            .and()
            .doNotBelongToAnyOf(LogGuard.class)
            .should()
            .dependOnClassesThat(assignableTo(ConfigProvider.class));

    @ArchTest
    static final ArchRule NOTHING_OF_A_PROCESS_IS_STATIC = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("io.segmentrelay.sandbox..")
            .should()
            .haveRawType(OF_A_PROCESS);
}
