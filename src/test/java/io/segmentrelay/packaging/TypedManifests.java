package io.segmentrelay.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;

/** Reads manifests into the types of their kinds, and refuses a field that the type does not have. */
final class TypedManifests {

    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Service", io.fabric8.kubernetes.api.model.Service.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("serving.knative.dev/v1/Service", io.fabric8.knative.serving.v1.Service.class),
            Map.entry("eventing.knative.dev/v1/Broker", io.fabric8.knative.eventing.v1.Broker.class),
            Map.entry("eventing.knative.dev/v1/Trigger", io.fabric8.knative.eventing.v1.Trigger.class),
            Map.entry("eventing.knative.dev/v1alpha1/KafkaSink", io.fabric8.knative.eventing.v1alpha1.KafkaSink.class),
            Map.entry("sources.knative.dev/v1/SinkBinding", io.fabric8.knative.sources.v1.SinkBinding.class),
            Map.entry("sources.knative.dev/v1/KafkaSource", io.fabric8.knative.sources.v1.KafkaSource.class));

    private static final Map<String, String> SCHEMAS = Map.of(
            "keda.sh/v1alpha1/ScaledObject", "scaled-object.json",
            "keda.sh/v1alpha1/TriggerAuthentication", "trigger-authentication.json");

    /** fabric8's types keep unknown fields in a map of their own: without that map they are refused. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .build();

    private TypedManifests() {}

    /** What is wrong with a manifest, one line each; empty where it is as its kind's type or schema says. */
    static List<String> problems(JsonNode manifest) {
        var kind = "%s/%s"
                .formatted(
                        manifest.path("apiVersion").asText(),
                        manifest.path("kind").asText());
        if (SCHEMAS.containsKey(kind)) {
            return schema(SCHEMAS.getOrDefault(kind, "")).validate(manifest).stream()
                    .map(Object::toString)
                    .toList();
        }
        var type = TYPES.get(kind);
        if (type == null) {
            return List.of("no type is known for " + kind);
        }
        try {
            STRICT.treeToValue(manifest, type);
            return List.of();
        } catch (JsonProcessingException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static Schema schema(String file) {
        try (var in = TypedManifests.class.getResourceAsStream("/packaging/" + file)) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(STRICT.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
