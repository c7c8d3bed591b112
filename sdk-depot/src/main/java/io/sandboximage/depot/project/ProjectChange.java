package io.sandboximage.depot.project;

import java.util.Optional;

/** What is to be different in a project; what is not named stays. Immutable, each step gives a new value. */
public record ProjectChange(
        Optional<String> name,
        Optional<String> region,
        Optional<CachePolicy> cachePolicy,
        Optional<Hardware> hardware) {

    /** Nothing yet. */
    public static ProjectChange none() {
        return new ProjectChange(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public ProjectChange name(String newName) {
        return new ProjectChange(Optional.of(newName), region, cachePolicy, hardware);
    }

    public ProjectChange region(String id) {
        return new ProjectChange(name, Optional.of(id), cachePolicy, hardware);
    }

    public ProjectChange cachePolicy(CachePolicy policy) {
        return new ProjectChange(name, region, Optional.of(policy), hardware);
    }

    public ProjectChange hardware(Hardware size) {
        return new ProjectChange(name, region, cachePolicy, Optional.of(size));
    }
}
