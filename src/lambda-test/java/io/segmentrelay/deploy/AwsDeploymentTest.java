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
import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.segmentrelay.event.EventTypes;
import io.segmentrelay.event.wire.Checked;
import io.segmentrelay.event.wire.CloudEvents;

import static io.segmentrelay.deploy.SamTemplate.at;
import static io.segmentrelay.deploy.SamTemplate.map;
import static java.util.Objects.requireNonNull;
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
    private static final Pattern LOCALS = Pattern.compile("(?ms)^locals \\{$(.*?)^}$");
    private static final Pattern LOCAL = Pattern.compile("(?m)^  ([a-z_]+) +=");
    private static final Pattern ENVIRONMENT = Pattern.compile("(?m)^        ([A-Z][A-Z0-9_]+) +=");
    private static final Pattern STATEMENT =
            Pattern.compile("(?s)actions\\s+= \\[([^\\[\\]]*)]\\s+resources\\s+= \\[(.*?)]\\n");
    private static final Pattern TEXT = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern PROVIDER = Pattern.compile("version = \"~> 6\\.(\\d+)\"");

    /** What SQS allows, and the application assumes: the default of relay.sqs.max-message-size. */
    private static final int LARGEST_MESSAGE = 1024 * 1024;

    /** Actions that IAM cannot limit to a resource, or whose resource is not known beforehand. */
    private static final Set<String> OF_ANY_RESOURCE = Set.of(
            "kafka:GetBootstrapBrokers",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs");

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
        // Given
        var function = sam.properties("Relay");
        var reserved = Map.of("Ref", "ReservedConcurrency");

        // When
        var shares = sam.mapping("Shares");

        // Then
        assertThat(shares.keySet().stream().map(Integer::valueOf))
                .containsExactlyElementsOf(numbers(at(sam.parameters(), "ReservedConcurrency", "AllowedValues")))
                .contains(number("ReservedConcurrency"));
        assertThat(shares).allSatisfy((environments, share) -> {
            var each = Integer.parseInt(environments);
            assertThat(each * (Integer) at(share, "DynamicsConcurrency")).isBetween(each, 52);
            assertThat(each * (Integer) at(share, "DynamicsRequests")).isBetween(5 * each, 6_000);
            var seconds = ((String) at(share, "DynamicsTime")).replace("s", "");
            assertThat(each * Integer.parseInt(seconds)).isBetween(600, 1_200);
            // Something is left for Kafka and for direct invocations; Lambda takes no less than two.
            assertThat((Integer) at(share, "MaximumConcurrency")).isBetween(2, (each - 1) / 2);
        });
        assertThat(function).containsEntry("ReservedConcurrentExecutions", reserved);
        assertThat(map(at(function, "Environment", "Variables")))
                .containsEntry("RELAY_DYNAMICS_MAX_CONCURRENCY", share(reserved, "DynamicsConcurrency"))
                .containsEntry("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES", share(reserved, "DynamicsRequests"))
                .containsEntry("RELAY_DYNAMICS_EXECUTION_TIME_PER_5_MINUTES", share(reserved, "DynamicsTime"));
        assertThat(map(at(function, "Events")).values())
                .hasSize(2)
                .allSatisfy(event -> assertThat(at(event, "Properties", "ScalingConfig", "MaximumConcurrency"))
                        .isEqualTo(share(reserved, "MaximumConcurrency")));
    }

    private static List<Integer> numbers(Object list) {
        return ((List<?>) list).stream().map(Integer.class::cast).toList();
    }

    private static Map<String, Object> share(Map<String, String> environments, String of) {
        return Map.of("FindInMap", List.of("Shares", environments, of));
    }

    /** Of a policy: actions and the resources that they may touch. */
    private record Grant(Set<String> actions, List<String> resources) {}

    @Test
    void theFunctionMayDoOnlyWhatItHasTo() {
        // When
        var grants = samGrants();

        // Then
        assertThat(sam.properties("Role")).doesNotContainKey("ManagedPolicyArns");
        assertThat(grants).isNotEmpty().allSatisfy(AwsDeploymentTest::isNarrow);
    }

    private static void isNarrow(Grant grant) {
        assertThat(grant.actions()).noneMatch(action -> action.contains("*"));
        if (grant.resources().contains("*")) {
            assertThat(OF_ANY_RESOURCE).containsAll(grant.actions());
        } else {
            // A log group's streams are all that ends with an asterisk.
            assertThat(grant.resources())
                    .isNotEmpty()
                    .allMatch(resource -> !resource.contains("*") || resource.endsWith("log_group.relay.arn}:*"));
        }
    }

    private List<Grant> samGrants() {
        var policies = (List<?>) at(sam.properties("Role"), "Policies");
        var statements = (List<?>) at(policies.getFirst(), "PolicyDocument", "Statement");
        return statements.stream()
                .map(SamTemplate::ifTrue)
                .map(statement ->
                        new Grant(new TreeSet<>(texts(at(statement, "Action"))), texts(at(statement, "Resource"))))
                .toList();
    }

    private static List<String> texts(Object oneOrMore) {
        return (oneOrMore instanceof List<?> list ? list : List.of(oneOrMore))
                .stream().map(Object::toString).toList();
    }

    @Test
    void kafkaIsReadFromOneClusterOfEitherKind() {
        // When
        var mapping = sam.properties("KafkaRequests");
        var access = ((List<?>) SamTemplate.ifTrue(mapping.get("SourceAccessConfigurations")))
                .stream().map(SamTemplate::ifTrue).toList();
        var group = Map.of("ConsumerGroupId", Map.of("Ref", "KafkaConsumerGroup"));

        // Then
        assertThat(SamTemplate.ifTrue(mapping.get("EventSourceArn"))).isEqualTo(Map.of("Ref", "MskClusterArn"));
        assertThat(SamTemplate.ifTrue(mapping.get("AmazonManagedKafkaEventSourceConfig")))
                .isEqualTo(group);
        assertThat(at(SamTemplate.ifTrue(mapping.get("SelfManagedEventSource")), "Endpoints"))
                .isEqualTo(Map.of(
                        "KafkaBootstrapServers",
                        Map.of("Split", List.of(",", Map.of("Ref", "KafkaBootstrapServers")))));
        assertThat(SamTemplate.ifTrue(mapping.get("SelfManagedKafkaEventSourceConfig")))
                .isEqualTo(group);
        assertThat(access.stream().map(each -> at(each, "Type")))
                .containsExactly(Map.of("Ref", "KafkaSecretType"), "VPC_SUBNET", "VPC_SUBNET", "VPC_SECURITY_GROUP");
    }

    @Test
    void resultsGoToQueuesOrToKafka() {
        // When
        var variables = map(at(sam.properties("Relay"), "Environment", "Variables"));
        var writesKafka = List.of("KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SECURITY_PROTOCOL");
        var writesQueues = List.of("RELAY_SQS_READY_URL", "RELAY_SQS_FAILED_URL");
        var nothing = Map.of("Ref", "AWS::NoValue");

        // Then
        assertThat(writesKafka)
                .allSatisfy(name -> assertThat(ifParts(variables.get(name)))
                        .startsWith("WritesKafka")
                        .endsWith(nothing));
        assertThat(writesQueues)
                .allSatisfy(name -> assertThat(ifParts(variables.get(name))).startsWith("WritesKafka", nothing));
    }

    private static List<Object> ifParts(@Nullable Object conditional) {
        return List.copyOf((List<?>) at(requireNonNull(conditional), "If"));
    }

    @Test
    void theReadmeNamesWhatThereIs() throws IOException {
        // Given
        var readme = Files.readString(Path.of("deploy/aws/README.md"));
        var block = Pattern.compile("(?s)```sh\\n(.*?)```");
        var commands =
                block.matcher(readme).results().map(match -> match.group(1)).collect(Collectors.joining("\n"));
        var module = Pattern.compile("(?ms)^module .*?^}").matcher(commands);
        assertThat(module.find()).isTrue();

        // When
        var parameters = names(commands, "(?:^| )([A-Z][A-Za-z]+)=");
        var outputs = names(commands, "\\$\\(stack ([A-Za-z]+)\\)");
        var arguments = names(module.group(), "^  ([a-z_]+) *=");
        var moduleOutputs = names(commands, "module\\.relay\\.([a-z_]+)");

        // Then
        assertThat(sam.parameters().keySet()).containsAll(parameters);
        assertThat(sam.outputs()).containsAll(outputs);
        assertThat(parameters).containsAll(required(sam.parameters()));
        assertThat(outputs).contains("RequestQueueUrl", "ReadyQueueUrl");
        assertThat(names(terraform(), "^variable \"([a-z_]+)\""))
                .containsAll(arguments.stream()
                        .filter(name -> !name.equals("source"))
                        .toList());
        assertThat(names(terraform(), "^output \"([a-z_]+)\""))
                .containsAll(moduleOutputs)
                .contains("request_queue_url");
    }

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> required(Map<String, Object> parameters) {
        return parameters.entrySet().stream()
                .filter(parameter -> !map(parameter.getValue()).containsKey("Default"))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A queue's message has no headers: the whole event is in its body. */
    @Test
    void theReadmesSampleIsAStructuredEvent() throws IOException {
        // Given
        var sample = Path.of("src/main/resources/samples/segment-requested.json");
        assertThat(Path.of("deploy/aws/README.md")).content().contains("file://" + sample);

        // When
        var read = CloudEvents.structured(Files.readAllBytes(sample));

        // Then
        assertThat(read.map(CloudEvent::getType)).isEqualTo(new Checked.Good<>(EventTypes.REQUESTED));
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
        LOCALS.matcher(text)
                .results()
                .flatMap(block -> LOCAL.matcher(block.group(1)).results())
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
                        .filter(name -> name.startsWith("var.") || name.startsWith("local."))
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

    @Test
    void theModulesEventSourcesRepeatOnlyWhatFailed() {
        // When
        var sources = resources("aws_lambda_event_source_mapping");

        // Then
        assertThat(sources)
                .hasSize(3)
                .allSatisfy(source ->
                        assertThat(source).containsPattern("function_response_types += \\[\"" + REPORTS + "\"]"));
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
    void theModulesFunctionHasTheConcurrencyThatTheLimitsAreDividedBy() {
        // When
        var function = resources("aws_lambda_function").getFirst();

        // Then
        assertThat(function)
                .containsPattern("reserved_concurrent_executions += var\\.reserved_concurrency")
                .containsPattern("RELAY_DYNAMICS_MAX_CONCURRENCY += local\\.environment_concurrency")
                .containsPattern("RELAY_DYNAMICS_REQUESTS_PER_5_MINUTES += local\\.environment_requests")
                .containsPattern("RELAY_DYNAMICS_EXECUTION_TIME_PER_5_MINUTES += .*local\\.environment_seconds");
    }

    @Test
    void theModulesFunctionMayDoOnlyWhatItHasTo() {
        // When
        var grants = terraformGrants();

        // Then
        assertThat(terraform()).doesNotContain("aws_iam_role_policy_attachment", "managed_policy_arns");
        assertThat(grants).isNotEmpty().allSatisfy(AwsDeploymentTest::isNarrow);
        assertThat(grants.stream().map(Grant::actions))
                .containsExactlyInAnyOrderElementsOf(
                        samGrants().stream().map(Grant::actions).toList());
    }

    private static List<Grant> terraformGrants() {
        return STATEMENT
                .matcher(terraform().replaceAll("(?m)#.*$", ""))
                .results()
                .map(match -> new Grant(
                        TEXT.matcher(match.group(1))
                                .results()
                                .map(text -> text.group(1))
                                .collect(Collectors.toCollection(TreeSet::new)),
                        Stream.of(match.group(2).split(",\\s*|\\n"))
                                .map(resource -> resource.strip().replaceAll("^\"|\"$", ""))
                                .filter(resource -> !resource.isEmpty())
                                .toList()))
                .toList();
    }

    @Test
    void theModuleReadsKafkaFromOneClusterOfEitherKind() {
        // When
        var mapping = resources("aws_lambda_event_source_mapping").stream()
                .filter(source -> source.contains("var.kafka_requests.topic"))
                .findFirst()
                .orElseThrow();

        // Then
        assertThat(mapping)
                .contains(
                        "\"amazon_managed_kafka_event_source_config\"",
                        "\"self_managed_event_source\"",
                        "\"self_managed_kafka_event_source_config\"",
                        "\"source_access_configuration\"")
                .containsPattern("(?s)consumer_group_id = var\\.kafka_requests\\.consumer_group.*"
                        + "consumer_group_id = var\\.kafka_requests\\.consumer_group");
    }
}
