package io.sandboximage.shared;

/** The services of a {@link SharedBuildKit}. */
public enum SharedService {
    /** Builds, and keeps the cache. */
    BUILDKIT("buildkit"),
    /** Holds images that builds push. */
    REGISTRY("registry");

    private final String text;

    SharedService(String text) {
        this.text = text;
    }

    /** As it is called in names of files, containers and volumes. */
    @Override
    public String toString() {
        return text;
    }
}
