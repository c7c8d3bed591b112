package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A statement about the image that is stored beside it; any makes an index of the result.
 *
 * @param type {@code provenance}, how it was built, or {@code sbom}, what is in it
 * @param disabled whether it is left out, also where it would be made by default
 * @param parameters for instance {@code mode} as {@code max}
 */
public record Attestation(String type, boolean disabled, Map<String, String> parameters) {
    public Attestation {
        if (!type.equals("provenance") && !type.equals("sbom")) {
            throw new InvalidRequestException(
                    "\"" + type + "\" is not a type of attestation: write provenance or sbom");
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Parses what users write after {@code --attest}: {@code type=sbom,generator=…}. */
    public static Attestation parse(String text) {
        Map<String, String> parameters = OptionText.attributes(text);
        String type = parameters.remove("type");
        if (type == null) {
            throw new InvalidRequestException(
                    "The attestation \"" + text + "\" needs a type: write type=provenance or type=sbom first");
        }
        String disabled = parameters.remove("disabled");
        return new Attestation(
                type, disabled != null && OptionText.bool(disabled, "disabled in \"" + text + "\""), parameters);
    }

    /** Parses what users write after {@code --provenance}: true, false, or parameters. */
    public static Attestation provenance(String text) {
        return shorthand("provenance", text);
    }

    /** Parses what users write after {@code --sbom}: true, false, or parameters. */
    public static Attestation sbom(String text) {
        return shorthand("sbom", text);
    }

    private static Attestation shorthand(String type, String text) {
        if (text.isEmpty() || OptionText.isBool(text)) {
            return new Attestation(type, !text.isEmpty() && !OptionText.bool(text, type), Map.of());
        }
        return parse("type=" + type + "," + text);
    }

    /** The value of the frontend's option {@code attest:TYPE}. */
    String option() {
        return OptionText.join(parameters);
    }
}
