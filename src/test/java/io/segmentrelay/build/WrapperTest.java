package io.segmentrelay.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code ./mvnw} on machines with these and those JDKs: they, and Maven, are files that only look like it. */
@DisabledOnOs(OS.WINDOWS)
class WrapperTest {

    private static final String LINE = ". \"$(dirname \"$0\")/.mvn/find-jdk.sh\"";

    @TempDir
    Path machine;

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void installMaven() throws IOException {
        var url = new Properties();
        try (var file = Files.newBufferedReader(Path.of(".mvn/wrapper/maven-wrapper.properties"))) {
            url.load(file);
        }
        var distribution = url.getProperty("distributionUrl");
        var name = distribution.substring(distribution.lastIndexOf('/') + 1).replaceAll("-bin\\.[a-z.]+$", "");
        var home =
                machine.resolve("m2/wrapper/dists").resolve(name).resolve(Integer.toHexString(distribution.hashCode()));
        executable(home.resolve("bin/mvn"), "echo \"JAVA_HOME=$JAVA_HOME\"; echo \"arguments=$*\"");
    }

    @Test
    void sourcesTheSearch() throws IOException {
        // Then
        assertThat(Path.of("mvnw"))
                .as("mvnw has been written anew: put this line back, after 'set -euf' (CONTRIBUTING.md)")
                .content(UTF_8)
                .contains(LINE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usr/lib/jvm/temurin-25",
                "usr/java/jdk-25",
                "opt/java/25",
                "opt/jdk-25",
                "home/.sdkman/candidates/java/25-tem",
                "home/.jdks/temurin 25",
                "home/.local/share/mise/installs/java/25",
                "home/.asdf/installs/java/25",
                "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
                "home/Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
                "opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home"
            })
    void findsOneInTheUsualPlacesWhereTheDefaultIsTooOld(String place) throws Exception {
        // Given
        onPath(jdk("usr/lib/jvm/java-17", "17.0.15"));
        var fitting = jdk(place, "25.0.1");

        // When
        var result = mvnw(Map.of());

        // Then
        assertThat(result).isEqualTo(new Result(0, "JAVA_HOME=%s%narguments=-v verify%n".formatted(fitting), ""));
    }

    @Test
    void takesTheNewestThatFits() throws Exception {
        // Given
        onPath(jdk("usr/lib/jvm/java-8", "1.8.0_422"));
        jdk("usr/lib/jvm/a", "21.0.5");
        var newest = jdk("usr/lib/jvm/b", "25");
        jdk("usr/lib/jvm/c", "24-ea");

        // When
        var result = mvnw(Map.of());

        // Then
        assertThat(result.out()).contains("JAVA_HOME=" + newest);
    }

    @Test
    void keepsAJavaHomeThatFits() throws Exception {
        // Given
        jdk("usr/lib/jvm/newer", "25.0.1");
        var chosen = jdk("chosen", "21.0.5");

        // When
        var result = mvnw(Map.of("JAVA_HOME", chosen.toString()));

        // Then
        assertThat(result.out()).contains("JAVA_HOME=" + chosen);
    }

    @Test
    void looksFurtherWhereJavaHomeIsTooOld() throws Exception {
        // Given
        var old = jdk("usr/lib/jvm/old", "17.0.15");
        var fitting = jdk("usr/lib/jvm/fitting", "21.0.5");
        onPath(old);

        // When
        var result = mvnw(Map.of("JAVA_HOME", old.toString()));

        // Then
        assertThat(result.out()).contains("JAVA_HOME=" + fitting);
    }

    @Test
    void prefersADefaultThatFits() throws Exception {
        // Given
        jdk("usr/lib/jvm/newer", "25.0.1");
        var usual = jdk("usr/lib/jvm/usual", "21.0.5");
        onPath(usual);

        // When
        var result = mvnw(Map.of());

        // Then
        assertThat(result.out()).contains("JAVA_HOME=" + usual.toRealPath());
    }

    @Test
    void saysInOneLineWhatIsMissingWhereNoneFits() throws Exception {
        // Given
        onPath(jdk("usr/lib/jvm/java-17", "17.0.15"));
        Files.delete(jdk("usr/lib/jvm/jre-25", "25.0.1").resolve("bin/javac"));

        // When
        var result = mvnw(Map.of("JAVA_HOME", machine.resolve("nowhere").toString()));

        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).singleElement().asString().contains("needs a JDK 21 or newer", "JAVA_HOME");
    }

    /** Runs the project's wrapper from another folder, with Java and Maven of this test's machine. */
    private Result mvnw(Map<String, String> environment) throws IOException, InterruptedException {
        var out = machine.resolve("out");
        var err = machine.resolve("err");
        var builder = new ProcessBuilder(
                        List.of(Path.of("mvnw").toAbsolutePath().toString(), "-v", "verify"))
                .directory(machine.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        var all = new HashMap<>(environment);
        all.put("PATH", machine.resolve("path") + ":" + System.getenv("PATH"));
        all.put("HOME", machine.resolve("home").toString());
        all.put("MAVEN_USER_HOME", machine.resolve("m2").toString());
        all.put("RELAY_JDK_ROOT", machine.toString());
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(all);
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("mvnw ends").isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Path jdk(String place, String version) throws IOException {
        var home = machine.resolve(place);
        executable(home.resolve("bin/java"), "");
        executable(home.resolve("bin/javac"), "");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"%nJAVA_VERSION=\"%s\"%n".formatted(version));
        return home;
    }

    private void onPath(Path jdk) throws IOException {
        var path = Files.createDirectories(machine.resolve("path"));
        Files.createSymbolicLink(path.resolve("java"), jdk.resolve("bin/java"));
        Files.createSymbolicLink(path.resolve("javac"), jdk.resolve("bin/javac"));
    }

    private static void executable(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + content + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
