package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.image.ImageReference;

/** Where disks can be: they are artifacts, which only registries hold. */
final class Ext4Places {
    private Ext4Places() {}

    static ImageReference reference(Place place) {
        return place.reference()
                .orElseThrow(() -> new InvalidRequestException(
                        place + " is no name in a registry: file systems are pushed to registries alone"));
    }
}
