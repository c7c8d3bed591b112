package io.sandboximage;

import io.sandboximage.progress.ProgressTask;

/** Where a pipeline gets its image from: an assembly, a build, a source that exists already. */
@FunctionalInterface
public interface ImageProducer {
    /** Makes the image, or finds that it is there; the pipeline closes the returned source. */
    ImageSource produce(ProgressTask progress);
}
