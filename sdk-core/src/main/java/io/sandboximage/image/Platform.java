package io.sandboximage.image;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.json.JsonView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Operating system, architecture and CPU variant, written {@code linux/arm64/v8} (OCI image-spec, image-index.md).
 * Values are normalised as containerd does: {@code x86_64} is {@code amd64}, {@code aarch64} is {@code arm64}, an arm64
 * variant {@code v8} and an amd64 variant {@code v1} are left out, arm without variant is {@code v7}.
 *
 * @param os for instance {@code linux}
 * @param architecture a GOARCH value
 * @param variant CPU variant, for instance {@code v7}
 * @param osVersion needed for Windows only
 * @param osFeatures needed for Windows only
 */
public record Platform(
        String os, String architecture, Optional<String> variant, Optional<String> osVersion, List<String> osFeatures) {
    public static final Platform LINUX_AMD64 = of("linux", "amd64");
    public static final Platform LINUX_ARM64 = of("linux", "arm64");

    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,3})(?:\\.([0-9]{1,2}))?");

    public Platform {
        os = os.toLowerCase(Locale.ROOT);
        if (os.equals("macos")) {
            os = "darwin";
        }
        String arch = architecture.toLowerCase(Locale.ROOT);
        String cpu = variant.map(v -> v.toLowerCase(Locale.ROOT)).orElse("");
        switch (arch) {
            case "x86_64", "x86-64", "amd64" -> {
                arch = "amd64";
                cpu = cpu.equals("v1") ? "" : cpu;
            }
            case "aarch64", "arm64" -> {
                arch = "arm64";
                cpu = cpu.equals("8") || cpu.equals("v8") ? "" : cpu;
            }
            case "i386" -> {
                arch = "386";
                cpu = "";
            }
            case "armhf" -> {
                arch = "arm";
                cpu = "v7";
            }
            case "armel" -> {
                arch = "arm";
                cpu = "v6";
            }
            case "arm" -> {
                if (cpu.isEmpty() || cpu.equals("7")) {
                    cpu = "v7";
                } else if (cpu.length() == 1) {
                    cpu = "v" + cpu;
                }
            }
            default -> {}
        }
        architecture = arch;
        variant = cpu.isEmpty() ? Optional.empty() : Optional.of(cpu);
        osFeatures = List.copyOf(osFeatures);
    }

    public static Platform of(String os, String architecture) {
        return new Platform(os, architecture, Optional.empty(), Optional.empty(), List.of());
    }

    public static Platform of(String os, String architecture, String variant) {
        return new Platform(os, architecture, Optional.of(variant), Optional.empty(), List.of());
    }

    /** Linux on the processor that this JVM runs on: what a local sandbox runs, whatever the host's system is. */
    public static Platform linuxOnThisMachine() {
        return of("linux", System.getProperty("os.arch", "amd64"));
    }

    /**
     * Parses {@code os/arch} or {@code os/arch/variant}.
     *
     * @throws InvalidRequestException for anything else
     */
    public static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > 3 || List.of(parts).contains("")) {
            throw new InvalidRequestException(
                    "\"" + text + "\" is not a platform: write os/architecture or os/architecture/variant,"
                            + " for instance linux/amd64");
        }
        return parts.length == 2 ? of(parts[0], parts[1]) : of(parts[0], parts[1], parts[2]);
    }

    /**
     * Whether an image for {@code available} runs on this platform: same system and architecture, and a variant that is
     * the same or, for arm and amd64, lower.
     */
    public boolean accepts(Platform available) {
        if (!os.equals(available.os) || !architecture.equals(available.architecture)) {
            return false;
        }
        return variantLevel() >= available.variantLevel();
    }

    /** Higher is the closer match among the platforms that {@link #accepts}. */
    int variantLevel() {
        Matcher version = VERSION.matcher(variant.orElse(""));
        if (!version.matches()) {
            return 0;
        }
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return Integer.parseInt(version.group(1)) * 100 + minor;
    }

    static Platform fromJson(JsonView json) {
        return new Platform(
                json.string("os").orElse("unknown"),
                json.string("architecture").orElse("unknown"),
                json.string("variant").filter(v -> !v.isEmpty()),
                json.string("os.version").filter(v -> !v.isEmpty()),
                json.strings("os.features"));
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architecture", architecture);
        json.put("os", os);
        osVersion.ifPresent(v -> json.put("os.version", v));
        if (!osFeatures.isEmpty()) {
            json.put("os.features", osFeatures);
        }
        variant.ifPresent(v -> json.put("variant", v));
        return json;
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
