package io.sandboximage.docker;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.progress.ProgressTask;

/** Loads into an engine under given names. */
record DockerSink(String name, DockerLoader loader) implements ImageSink {
    @Override
    public Delivery write(ImageSource source, ProgressTask progress) {
        LoadReport report = loader.load(source, progress);
        progress.info(name + ": " + report.strategy() + ", since " + report.reason());
        return new Delivery(
                name,
                report.manifest(),
                report.layersSent(),
                0,
                report.layersPresent(),
                report.bytesSent(),
                report.timings().total());
    }
}
