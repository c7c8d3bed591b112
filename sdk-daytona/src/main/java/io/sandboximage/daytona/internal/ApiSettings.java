package io.sandboximage.daytona.internal;

import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Where the API is and as whom to speak to it.
 *
 * @param base ends with {@code /api} for the cloud
 * @param token API key or JWT
 * @param organization sent along where given; a JWT needs it
 * @param source what the calls are marked as
 */
public record ApiSettings(
        HttpUrl base, String token, Optional<String> organization, String source, String version, Pace pace) {
    @Override
    public String toString() {
        return "ApiSettings[base=" + base + ", token=***]";
    }
}
