package io.segmentrelay.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.bertramlabs.plugins.hcl4j.HCLParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.segmentrelay.deploy.SamTemplate.at;
import static io.segmentrelay.deploy.SamTemplate.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** The SAM template and the Terraform module are whole in themselves, and know the application that they deploy. */
class AwsDeploymentTest {

    private static final Path TERRAFORM = Path.of("deploy/aws/terraform");
    private static final String REPORTS = "ReportBatchItemFailures";

    /** Of a resource, data source, variable or local, where something refers to it. */
    private static final Pattern REFERENCE =
            Pattern.compile("(?<![\\w.\"-])((?:data\\.)?aws_[a-z_]+\\.[a-z_]+|var\\.[a-z_]+|local\\.[a-z_]+)");

    private static final Pattern RESOURCE = Pattern.compile("(?m)^(resource|data) \"([a-z_]+)\" \"([a-z_]+)\"");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^variable \"([a-z_]+)\"");
    private static final Pattern LOCAL = Pattern.compile("(?m)^  ([a-z_]+) +=");
    private static final Pattern ENVIRONMENT = Pattern.compile("(?m)^      ([A-Z][A-Z0-9_]+) +=");

    private static final Pattern PROVIDER = Pattern.compile("version = \"~> 6\\.(\\d+)\"");

    /** What SQS allows, and the application assumes: the default of relay.sqs.max-message-size. */
    private static final int LARGEST_MESSAGE = 1024 * 1024;

    private final SamTemplate sam = new SamTemplate(Path.of("deploy/aws/template.yaml"));

    @Test
    void theTemplateRefersToWhatItHas() {
        // When
        var references = sam.references();

        // Then
        assertThat(references.stream().filter(name -> !name.startsWith("AWS::")))
                .isSubsetOf(Stream.concat(sam.parameters().keySet().stream(), sam.resources().keySet().stream())
                        .toList());
        assertThat(references).containsAll(sam.parameters().keySet());
        assertThat(sam.usedConditions()).isEqualTo(sam.conditions());
    }

    @Test
    void theTemplateSetsWhatTheApplicationReads() {
        // When
        var variables = samVariables();

        // Then
        assertThat(KnownSettings.environment()).containsAll(variables);
        assertThat(variables)
                .contains("RELAY_DYNAMICS_URL", "RELAY_SQS_PENDING_URL", "AZURE_CLIENT_SECRET_ARN")
                .doesNotContain("AZURE_CLIENT_SECRET");
    }

    private Set<String> samVariables() {
        return map(at(sam.properties("Relay"), "Environment", "Variables")).keySet();
    }

    @Test
    void theTemplateNamesTheHandler() throws Exception {
        // When
        var handler = String.valueOf(sam.properties("Relay").get("Handler")).split("::", 2);

        // Then
        assertThat(Class.forName(handler[0]).getMethods())
                .anySatisfy(method -> assertThat(method.getName()).isEqualTo(handler[1]));
    }

    @Test
    void everyEventSourceRepeatsOnlyWhatFailed() {
        // When
        var sources = Stream.concat(
                        map(at(sam.properties("Relay"), "Events")).values().stream()
                                .map(event -> map(at(event, "Properties"))),
                        sam.ofType("AWS::Lambda::EventSourceMapping").stream().map(sam::properties))
                .toList();

        // Then
        assertThat(sources)
                .hasSize(3)
                .allSatisfy(source ->
                        assertThat(source.get("FunctionResponseTypes")).isEqualTo(List.of(REPORTS)));
    }

    @Test
    void queuesThatInvokeHaveALastResort() {
        // When
        var invoking = List.of("RequestQueue", "PendingQueue");

        // Then
        assertThat(invoking).allSatisfy(queue -> {
            assertThat(at(sam.properties(queue), "RedrivePolicy", "deadLetterTargetArn"))
                    .isEqualTo(Map.of("GetAtt", "UndeliveredQueue.Arn"));
            assertThat(sam.properties(queue).get("VisibilityTimeout")).isEqualTo(Map.of("Ref", "VisibilityTimeout"));
        });
        assertThat(number("VisibilityTimeout")).isEqualTo(6 * number("Timeout"));
        assertThat(sam.ofType("AWS::SQS::Queue"))
                .allSatisfy(queue -> assertThat(sam.properties(queue)).containsEntry("SqsManagedSseEnabled", true));
    }

    private int number(String parameter) {
        return (Integer) at(sam.parameters(), parameter, "Default");
    }

    @Test
    void queuesTakeWhatTheApplicationSends() {
        // When
        var queues = sam.ofType("AWS::SQS::Queue");

        // Then
        assertThat(queues)
                .hasSize(6)
                .allSatisfy(queue ->
                        assertThat(sam.properties(queue)).containsEntry("MaximumMessageSize", LARGEST_MESSAGE));
    }

    @Test
    void allEnvironmentsTogetherKeepToTheServersLimits() {
        // When
        var environments = 2 * number("MaximumConcurrency");

        // Then
        assertThat(environments * number("DynamicsConcurrency")).isLessThanOrEqualTo(52);
        assertThat(environments * number("DynamicsRequests")).isLessThanOrEqualTo(6_000);
    }

    @Test
    void theFunctionMayDoOnlyWhatItHasTo() {
        // When
        var policies = (List<?>) at(sam.properties("Role"), "Policies");
        var statements = (List<?>) at(policies.getFirst(), "PolicyDocument", "Statement");

        // Then
        assertThat(statements).isNotEmpty().allSatisfy(statement -> {
            assertThat(at(statement, "Resource").toString()).doesNotContain("*");
            assertThat(at(statement, "Action").toString()).doesNotContain("*");
        });
    }

    static List<Path> terraformFiles() {
        try (var files = Files.list(TERRAFORM)) {
            return files.filter(file -> file.toString().endsWith(".tf"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String terraform() {
        return terraformFiles().stream().map(AwsDeploymentTest::text).collect(Collectors.joining("\n"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("terraformFiles")
    void theModulesFilesAreHcl(Path file) {
        assertThatNoException().isThrownBy(() -> new HCLParser().parse(text(file), true));
    }

    @Test
    void theModuleRefersToWhatItHas() {
        // Given
        var text = terraform().replaceAll("(?m)#.*$", "");
        var declared = new TreeSet<String>();
        RESOURCE.matcher(text)
                .results()
                .map(match -> (match.group(1).equals("data") ? "data." : "") + match.group(2) + "." + match.group(3))
                .forEach(declared::add);
        VARIABLE.matcher(text).results().map(match -> "var." + match.group(1)).forEach(declared::add);
        LOCAL.matcher(text(TERRAFORM.resolve("alarms.tf")))
                .results()
                .map(match -> "local." + match.group(1))
                .forEach(declared::add);

        // When
        var references = REFERENCE
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(declared).containsAll(references);
        assertThat(references)
                .containsAll(declared.stream()
                        .filter(name -> name.startsWith("var."))
                        .toList());
    }

    @Test
    void theModuleSetsWhatTheTemplateSets() {
        // When
        var variables = ENVIRONMENT
                .matcher(text(TERRAFORM.resolve("function.tf")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        // Then
        assertThat(variables).isEqualTo(samVariables());
    }

    /** The text of each resource of a type. */
    private static List<String> resources(String type) {
        return Pattern.compile("(?ms)^resource \"" + type + "\" .*?^}$")
                .matcher(terraform())
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void theModulesQueuesTakeWhatTheApplicationSends() {
        // When
        var queues = resources("aws_sqs_queue");
        var provider = PROVIDER.matcher(text(TERRAFORM.resolve("versions.tf")));

        // Then
        assertThat(queues)
                .hasSize(6)
                .allSatisfy(queue -> assertThat(queue)
                        .containsPattern("max_message_size += " + LARGEST_MESSAGE)
                        .containsPattern("sqs_managed_sse_enabled += true"));
        // Earlier ones refuse more than 256 KiB: its CHANGELOG, 6.8.0.
        assertThat(provider.find()).isTrue();
        assertThat(Integer.parseInt(provider.group(1))).isGreaterThanOrEqualTo(8);
    }

    @Test
    void theModulesEventSourcesRepeatOnlyWhatFailed() {
        // When
        var text = text(TERRAFORM.resolve("function.tf"));

        // Then
        assertThat(text.split("aws_lambda_event_source_mapping\" ", -1)).hasSize(4);
        assertThat(text.split("function_response_types += \\[\"" + REPORTS + "\"]", -1))
                .hasSize(4);
    }
}
