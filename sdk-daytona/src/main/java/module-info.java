/** Daytona: snapshots, registries and sandboxes. */
@org.jspecify.annotations.NullMarked
module io.sandboximage.daytona {
    requires transitive io.sandboximage.core;
    requires okhttp3;
    requires okio;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.sandboximage.daytona;
    exports io.sandboximage.daytona.account;
    exports io.sandboximage.daytona.registry;
    exports io.sandboximage.daytona.sandbox;
    exports io.sandboximage.daytona.snapshot;
}
