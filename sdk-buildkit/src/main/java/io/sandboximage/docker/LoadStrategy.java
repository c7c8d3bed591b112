package io.sandboximage.docker;

/** The ways to get an image into an engine, cheapest first. */
public enum LoadStrategy {
    /** The engine has the image already; at most names were set. */
    SKIP("skip"),
    /** An archive with only those layers that the engine lacks. */
    DELTA_ARCHIVE("delta archive"),
    /** The engine pulls by digest from a registry in this process. */
    LOOPBACK_PULL("loopback pull"),
    /** The engine pulls by digest from a registry that holds the image. */
    REGISTRY_PULL("registry pull"),
    /** An archive with everything. */
    FULL_ARCHIVE("full archive");

    private final String label;

    LoadStrategy(String label) {
        this.label = label;
    }

    /** For people. */
    @Override
    public String toString() {
        return label;
    }
}
