package io.sandboximage.record;

import io.sandboximage.Delivery;
import io.sandboximage.PipelineResult;
import io.sandboximage.Snapshot;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

final class Results {
    static final Descriptor IMAGE = Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[] {'{', '}'});

    static final PipelineResult SAMPLE = new PipelineResult(
            IMAGE,
            List.of(new Delivery("oci:out:v1", IMAGE, 2, 1, 3, 1000, Duration.ofMillis(10))),
            List.of(new Snapshot(
                    "ext4", "root.ext4", IMAGE.digest(), false, Map.of("sizeBytes", "4096"), Duration.ofMillis(20))),
            Duration.ofMillis(30));

    private Results() {}
}
