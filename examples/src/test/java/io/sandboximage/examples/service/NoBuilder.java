package io.sandboximage.examples.service;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;

/** Where nothing is to be built. */
final class NoBuilder implements ImageBuilder {
    @Override
    public String name() {
        return "no builder";
    }

    @Override
    public ImageSource build(BuildRequest request, ProgressTask progress) {
        throw new UnavailableException("Nothing is built here");
    }
}
