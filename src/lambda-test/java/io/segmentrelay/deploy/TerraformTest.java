package io.segmentrelay.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What Terraform itself says about the module. It runs where there is a {@code terraform}, and its {@code validate} where the
 * AWS provider is on this machine too, in one of the directories where Terraform looks for it: the provider is a download
 * of hundreds of megabytes, which a build should not do by itself.
 */
class TerraformTest {

    private static final Path MODULE = Path.of("deploy/aws/terraform");
    private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";

    @TempDir
    Path copy;

    @BeforeEach
    void copyTheModule() throws IOException {
        assumeTrue(terraform().isPresent(), "no terraform on the PATH");
        try (var files = Files.list(MODULE)) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void isFormattedAsTerraformWouldDoIt() throws Exception {
        // When
        var result = run("fmt", "-check", "-diff", "-no-color");

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void isValid() throws Exception {
        // Given
        var plugins = plugins().orElseGet(() -> abort("no AWS provider in " + pluginDirectories()));
        var init = run("init", "-backend=false", "-input=false", "-no-color", "-plugin-dir=" + plugins);
        assertThat(init.exitCode()).as(init.output()).isZero();

        // When
        var result = run("validate", "-no-color");

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    /** What needs no provider: the variables with their validations, and what is computed from them alone. */
    private Result plan(String... variables) throws IOException, InterruptedException {
        var alone = Files.createDirectory(copy.resolve("alone"));
        for (var file : List.of("variables.tf", "limits.tf")) {
            Files.copy(MODULE.resolve(file), alone.resolve(file));
        }
        Files.writeString(alone.resolve("terraform.tfvars"), """
                package                 = "function.zip"
                dynamics_url            = "https://contoso.crm4.dynamics.com"
                azure_tenant_id         = "tenant"
                azure_client_id         = "client"
                azure_client_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:relay"
                """);
        Files.writeString(alone.resolve("share.tf"), """
                output "share" {
                  value = "${local.environment_concurrency} calls, ${local.environment_requests} in five minutes, ${local.environment_seconds} s"
                }
                """);
        var arguments =
                new ArrayList<>(List.of("-chdir=alone", "plan", "-input=false", "-no-color", "-compact-warnings"));
        Stream.of(variables).map("-var=%s"::formatted).forEach(arguments::add);
        return run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reserved_concurrency=10 | dynamics_concurrency=50 | 5 calls, 540 in five minutes, 108 s
            reserved_concurrency=12 | dynamics_concurrency=50 | 4 calls, 450 in five minutes, 90 s
            reserved_concurrency=52 | dynamics_concurrency=52 | 1 calls, 103 in five minutes, 20 s
            """)
    void sharesTheServersLimitsAmongAllEnvironments(String reserved, String concurrency, String share)
            throws Exception {
        // When
        var result = plan(reserved, concurrency);

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains(share);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reserved_concurrency=3",
                "reserved_concurrency=51", // with 50 calls at once for all
                "maximum_concurrency=1",
                "maximum_concurrency=6", // twice that is more than what is reserved
                "dynamics_concurrency=9",
                "dynamics_concurrency=53",
                "dynamics_requests=49",
                "dynamics_requests=6001",
                "timeout=14",
                "timeout=901",
                "memory_size=127",
                "runtime=java17",
                "architecture=arm",
                "dynamics_url=contoso.crm4.dynamics.com",
                "azure_client_secret_arn=the secret itself",
                "kafka_requests={msk_cluster_arn=\"my cluster\"}",
                "kafka_requests={msk_cluster_arn=\"arn:aws:kafka:eu-west-1:1:cluster/a/b\",bootstrap_servers=[\"b:9092\"]}",
                "kafka_requests={bootstrap_servers=[\"b:9092\"],secret_type=\"PLAIN\"}",
                "kafka_requests={bootstrap_servers=[\"b:9092\"],subnet_ids=[\"subnet-1\"]}",
                "kafka_requests={bootstrap_servers=[\"b:9092\"],topic=\"*\"}",
                "kafka_requests={bootstrap_servers=[\"b:9092\"],consumer_group=\"*\"}",
                "kafka_results={bootstrap_servers=[\"b:9092\"],security_protocol=\"TLS\"}",
                "kafka_results={bootstrap_servers=[\"b:9092\"],security_group_ids=[\"sg-1\"]}"
            })
    void refusesWhatCouldNotWork(String variable) throws Exception {
        // When
        var result = plan(variable);

        // Then
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        assertThat(result.output()).contains("Invalid value for variable", variable.replaceFirst("=.*", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka_requests={msk_cluster_arn=\"arn:aws:kafka:eu-west-1:1:cluster/a/b\"}",
                "kafka_requests={bootstrap_servers=[\"b:9092\"],subnet_ids=[\"subnet-1\"],security_group_ids=[\"sg-1\"]}",
                "kafka_results={bootstrap_servers=[\"b:9092\"]}"
            })
    void takesEitherKindOfKafka(String variable) throws Exception {
        // When
        var result = plan(variable);

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    private record Result(int exitCode, String output) {}

    private Result run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(terraform().orElseThrow().toString()));
        command.addAll(List.of(arguments));
        var output = copy.resolve("output.txt");
        var process = new ProcessBuilder(command)
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s", command).isTrue();
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Optional<Path> terraform() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, "terraform"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> plugins() {
        return pluginDirectories().stream()
                .filter(directory -> Files.isDirectory(directory.resolve(PROVIDER)))
                .findFirst();
    }

    /** The cache, and the places of the command's documentation ("implied local mirror directories"). */
    private static List<Path> pluginDirectories() {
        var home = System.getProperty("user.home");
        return Stream.of(
                        System.getenv().getOrDefault("TF_PLUGIN_CACHE_DIR", home + "/.terraform.d/plugin-cache"),
                        home + "/.terraform.d/plugins",
                        home + "/.local/share/terraform/plugins",
                        "/usr/local/share/terraform/plugins",
                        "/usr/share/terraform/plugins")
                .map(Path::of)
                .toList();
    }
}
