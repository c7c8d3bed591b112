package io.sandboximage.shared;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service to be started.
 *
 * @param program an executable, or an image
 * @param files its configuration, by name
 * @param place what else decides about it: ports, network, the image's ID
 */
record ServicePlan(
        SharedService service, String program, List<String> arguments, Map<String, String> files, String place) {
    ServicePlan {
        arguments = List.copyOf(arguments);
        files = Map.copyOf(files);
    }

    /** The same for equal plans only; what is running carries it. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(program, arguments.toString(), new TreeMap<>(files).toString(), place)) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    /** The files are secret, and long. */
    @Override
    public String toString() {
        return program + " " + String.join(" ", arguments);
    }
}
