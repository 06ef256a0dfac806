package io.segmentrelay.sandbox.dynamics;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Bearer tokens that look like those of Entra ID, and are known again by their signature alone. */
final class Bearers {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private volatile byte[] key = newKey();

    private static byte[] newKey() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** From now on, no token that was issued before is valid. */
    void revoke() {
        key = newKey();
    }

    String issue(String tenant, String clientId, String audience, Instant now, Instant expires) {
        var header = Json.object()
                .put("typ", "JWT")
                .put("alg", "RS256")
                .put("kid", "sandbox")
                .put("x5t", "sandbox");
        var payload = Json.object()
                .put("aud", audience)
                .put("iss", "https://sts.windows.net/%s/".formatted(tenant))
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("exp", expires.getEpochSecond())
                .put("appid", clientId)
                .put("tid", tenant)
                .put("uti", UUID.randomUUID().toString())
                .put("ver", "1.0");
        var signed = BASE64.encodeToString(Json.utf8(header)) + "." + BASE64.encodeToString(Json.utf8(payload));
        return signed + "." + BASE64.encodeToString(mac(signed));
    }

    /** Whether the value of {@code Authorization} is a token of ours that has not expired. */
    boolean accepts(String authorization, Instant now) {
        var scheme = "Bearer ";
        if (!authorization.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return false;
        }
        var token = authorization.substring(scheme.length()).strip();
        var dot = token.lastIndexOf('.');
        if (dot < 0) {
            return false;
        }
        var signed = token.substring(0, dot);
        return MessageDigest.isEqual(
                        BASE64.encode(mac(signed)), token.substring(dot + 1).getBytes(StandardCharsets.UTF_8))
                && now.getEpochSecond() < expires(signed);
    }

    private static long expires(String signed) {
        var payload = Base64.getUrlDecoder().decode(signed.substring(signed.indexOf('.') + 1));
        return Json.object(payload).orElseThrow().path("exp").asLong();
    }

    private byte[] mac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
