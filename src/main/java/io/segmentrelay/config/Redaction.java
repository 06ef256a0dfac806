package io.segmentrelay.config;

import java.net.URLEncoder;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.eclipse.microprofile.config.Config;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Takes secrets out of text that is about to be logged: the values of settings that are secrets, and what looks like a credential
 * wherever it comes from (tokens that callers send are not known beforehand).
 */
final class Redaction {

    private static final String STARS = "***";

    /** A shorter value would be found in ordinary words. */
    private static final int LEAST = 6;

    private static final Pattern SECRET_SETTING = Pattern.compile(
            "(?i).*(secret|passw|passphrase|token|jaas|credential|private[-._]?key|api[-._]?key|access[-._]?key|otlp.*headers).*");

    /** Settings that only name such a thing, or say something of it. */
    private static final Pattern NO_SECRET = Pattern.compile(
            "(?i).*(file|path|location|ur[il]|endpoint|host|type|name|class|alias|arn|id|enabled|provider|mechanism|algorithm|format)");

    private static final Pattern PLAIN = Pattern.compile("(?i)true|false|none|[0-9.,:]+[a-z]{0,2}|P[0-9TDHMS.]+");

    private static final Pattern JAAS =
            Pattern.compile("(?i)(?:password|secret|token)\\w*\\s*=\\s*[\"']([^\"']+)[\"']");

    /** Of a collector of traces: each is how one logs in there. */
    private static final Pattern HEADERS = Pattern.compile("(?:^|,)\\s*[A-Za-z0-9-]+\\s*=\\s*([^,]+)");

    private static final List<Rule> RULES = List.of(
            // The whole rest of the line: schemes have parameters of their own.
            new Rule(
                    "(?i)\\b((?:proxy-)?authorization|x-amz-security-token|(?:set-)?cookie)([\"']?\\s*[:=]\\s*)[^\\r"
                            + "\\n"
                            + "]+",
                    "$1$2***"),
            new Rule("(?i)\\b(Bearer|Basic)(\\s+)[A-Za-z0-9._~+/=-]{16,}", "$1$2***"),
            new Rule(
                    "(?i)\\b(client_?secret|client_?assertion|(?:access|refresh|id|subject|session|security|federated)_?token|assertion"
                            + "|password|passphrase|secret_?access_?key|aws_session_token|aws_secret_access_key)"
                            + "([\"']?\\s*[=:]\\s*)(\"[^\"]*\"|'[^']*'|[^\\s&,;}\\])\"']+)",
                    "$1$2***"),
            // JSON web tokens: Entra's, Kubernetes', a client's assertion.
            new Rule("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{2,}(?:\\.[A-Za-z0-9_-]*)*", STARS),
            new Rule("(://)[^/\\s@]+@", "$1***@"));

    /** In lower case: what no rule applies without. Most texts have none of these, and a look for them is a tenth of the work. */
    private static final List<String> SIGNS = List.of(
            "://",
            "token",
            "secret",
            "passw",
            "passphrase",
            "authorization",
            "cookie",
            "bearer",
            "basic",
            "assertion",
            "eyj");

    private final List<String> secrets;

    /** A redaction of these values, in whatever spelling a form or an URL gives them, and of what looks like a credential. */
    Redaction(Collection<String> secrets) {
        var spellings = new LinkedHashSet<String>();
        for (var secret : secrets) {
            if (secret.length() >= LEAST) {
                spellings.add(secret);
                spellings.add(URLEncoder.encode(secret, UTF_8));
                spellings.add(URLEncoder.encode(secret, UTF_8).replace("+", "%20"));
            }
        }
        // One may be a part of another.
        this.secrets = spellings.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** One that knows the secrets among the settings. */
    static Redaction of(Config config) {
        var secrets = new LinkedHashSet<String>();
        for (var name : config.getPropertyNames()) {
            if (SECRET_SETTING.matcher(name).matches()
                    && !NO_SECRET.matcher(name).matches()) {
                add(secrets, config, name);
            }
        }
        return new Redaction(secrets);
    }

    private static void add(Set<String> secrets, Config config, String name) {
        try {
            var value = config.getConfigValue(name).getValue();
            if (value != null && !PLAIN.matcher(value).matches()) {
                secrets.add(value);
                secrets.add(value.strip());
                JAAS.matcher(value).results().forEach(found -> secrets.add(found.group(1)));
                if (name.toLowerCase(Locale.ROOT).endsWith("headers")) {
                    HEADERS.matcher(value)
                            .results()
                            .forEach(found -> secrets.add(found.group(1).strip()));
                }
            }
        } catch (RuntimeException e) {
            // A setting that cannot be read ends the start, which says so by itself.
            return;
        }
    }

    /** The text without secrets; the same object where there is none. */
    String of(String text) {
        var redacted = text;
        for (var secret : secrets) {
            redacted = redacted.replace(secret, STARS);
        }
        var lower = redacted.toLowerCase(Locale.ROOT);
        if (hasSign(lower)) {
            for (var rule : RULES) {
                redacted = rule.pattern.matcher(redacted).replaceAll(rule.replacement);
            }
        }
        return redacted.equals(text) ? text : redacted;
    }

    private static boolean hasSign(String lower) {
        for (var sign : SIGNS) {
            if (lower.contains(sign)) {
                return true;
            }
        }
        return false;
    }

    private static final class Rule {
        private final Pattern pattern;
        private final String replacement;

        Rule(String pattern, String replacement) {
            this.pattern = Pattern.compile(pattern);
            this.replacement = replacement;
        }
    }
}
