package io.sandboximage.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Chain IDs of a list of diff IDs (OCI image-spec, config.md, "Layer ChainID"). */
public final class ChainId {
    private ChainId() {}

    /** One chain ID a layer, bottom first. */
    public static List<Digest> of(List<Digest> diffIds) {
        List<Digest> chain = new ArrayList<>(diffIds.size());
        for (Digest diffId : diffIds) {
            chain.add(
                    chain.isEmpty()
                            ? diffId
                            : Digest.sha256(
                                    (chain.get(chain.size() - 1) + " " + diffId).getBytes(StandardCharsets.US_ASCII)));
        }
        return List.copyOf(chain);
    }
}
