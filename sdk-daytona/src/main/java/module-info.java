/** Daytona: snapshots, registries and sandboxes. */
@org.jspecify.annotations.NullMarked
module io.sandboximage.daytona {
    requires transitive io.sandboximage.core;
    requires okhttp3;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.sandboximage.daytona.account;
}
