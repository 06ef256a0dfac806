package io.segmentrelay.packaging;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

import io.segmentrelay.config.RelayConfig;
import io.segmentrelay.config.SinkSettings;
import io.segmentrelay.dynamics.login.AzureSettings;

/** The settings that the application reads, by the names of environment variables. */
final class KnownSettings {

    private static final Set<String> NAMES = names();

    private KnownSettings() {}

    /** Whether the application reads it. */
    static boolean contains(String environmentName) {
        return NAMES.contains(environmentName);
    }

    /** The names of the relay's own settings, as {@link RelayConfig} has them. */
    static List<String> relay() {
        return relay(RelayConfig.class, "relay").stream().map(Setting::name).toList();
    }

    /** The default of one of the relay's own settings, as {@link RelayConfig} has it. */
    static Optional<String> defaultOf(String setting) {
        return relay(RelayConfig.class, "relay").stream()
                .filter(each -> each.name().equals(setting))
                .findFirst()
                .map(each -> each.method().getAnnotation(WithDefault.class))
                .map(WithDefault::value);
    }

    private static Set<String> names() {
        var names = new TreeSet<String>();
        relay(
                        RelayConfig.class,
                        RelayConfig.class.getAnnotation(ConfigMapping.class).prefix())
                .forEach(setting -> names.add(environmentName(setting.name())));
        names.addAll(constants(AzureSettings.class, value -> value.startsWith("AZURE_")));
        names.addAll(parameters(SinkSettings.class));
        kafka().forEach(name -> names.add(environmentName("kafka." + name)));
        return names;
    }

    private static Collection<String> kafka() {
        var names = new ArrayList<String>(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());
        for (var type : List.of(CommonClientConfigs.class, SaslConfigs.class, SslConfigs.class)) {
            names.addAll(constants(type, value -> value.matches("[a-z]+(\\.[a-z]+)+")));
        }
        return names;
    }

    private record Setting(String name, Method method) {}

    private static List<Setting> relay(Class<?> mapping, String prefix) {
        return Arrays.stream(mapping.getMethods())
                .filter(method -> !method.isSynthetic())
                .flatMap(method -> {
                    var name = prefix + "." + name(method);
                    var type = method.getReturnType();
                    return type.isInterface() && type.getEnclosingClass() == RelayConfig.class
                            ? relay(type, name).stream()
                            : List.of(new Setting(name, method)).stream();
                })
                .toList();
    }

    private static String name(Method method) {
        var given = method.getAnnotation(WithName.class);
        return given == null ? method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT) : given.value();
    }

    private static List<String> parameters(Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors())
                .flatMap(constructor -> Arrays.stream(constructor.getParameters()))
                .map(parameter -> parameter.getAnnotation(org.eclipse.microprofile.config.inject.ConfigProperty.class))
                .filter(property -> property != null)
                .map(property -> property.name())
                .toList();
    }

    private static List<String> constants(Class<?> type, Predicate<String> wanted) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> field.getType() == String.class && field.trySetAccessible())
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (ReflectiveOperationException | NullPointerException e) {
                        return "";
                    }
                })
                .filter(wanted)
                .toList();
    }

    private static String environmentName(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
