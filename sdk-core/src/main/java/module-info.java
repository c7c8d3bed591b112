/** The engine-free core: images, registries, layouts, ext4, and the pipeline. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // The modules that internals are shared with are built later.
module io.sandboximage.core {
    requires com.github.luben.zstd_jni;
    requires com.squareup.moshi;
    requires jdk.httpserver;
    requires okhttp3;
    requires okio;
    requires org.apache.commons.compress;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires org.snakeyaml.engine;

    exports io.sandboximage;
    exports io.sandboximage.artifact;
    exports io.sandboximage.assemble;
    exports io.sandboximage.credentials;
    exports io.sandboximage.disk;
    exports io.sandboximage.doppler;
    exports io.sandboximage.error;
    exports io.sandboximage.ext4;
    exports io.sandboximage.filetree;
    exports io.sandboximage.git;
    exports io.sandboximage.golden.artifact;
    exports io.sandboximage.golden.build;
    exports io.sandboximage.golden;
    exports io.sandboximage.image;
    exports io.sandboximage.internal.concurrent to
            io.sandboximage.buildkit,
            io.sandboximage.daytona,
            io.sandboximage.depot;
    exports io.sandboximage.internal.http to
            io.sandboximage.buildkit,
            io.sandboximage.daytona,
            io.sandboximage.depot;
    exports io.sandboximage.internal.io to
            io.sandboximage.buildkit,
            io.sandboximage.daytona,
            io.sandboximage.depot;
    exports io.sandboximage.internal.json to
            io.sandboximage.buildkit,
            io.sandboximage.daytona,
            io.sandboximage.depot,
            io.sandboximage.testkit;
    exports io.sandboximage.internal.pattern to
            io.sandboximage.buildkit,
            io.sandboximage.daytona;
    exports io.sandboximage.internal.tar to
            io.sandboximage.buildkit,
            io.sandboximage.daytona;
    exports io.sandboximage.layout;
    exports io.sandboximage.progress;
    exports io.sandboximage.record;
    exports io.sandboximage.registry;
    exports io.sandboximage.registry.internal.auth to
            io.sandboximage.buildkit;
    exports io.sandboximage.registry.server;
    exports io.sandboximage.report;
    exports io.sandboximage.rootfs;
    exports io.sandboximage.rootfs.internal.compression to
            io.sandboximage.buildkit;
    exports io.sandboximage.store;
    exports io.sandboximage.transport;

    uses io.sandboximage.transport.TransportProvider;
}
