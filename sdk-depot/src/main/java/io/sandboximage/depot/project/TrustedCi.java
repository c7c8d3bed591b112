package io.sandboximage.depot.project;

/** A pipeline whose jobs may build in a project by the identity that their CI service vouches for. */
public sealed interface TrustedCi {

    /** The workflows of a repository on GitHub. */
    record GitHub(String owner, String repository) implements TrustedCi {}

    /** A project on CircleCI, by the ids that it shows. */
    record CircleCi(String organizationUuid, String projectUuid) implements TrustedCi {}

    /** A pipeline on Buildkite. */
    record Buildkite(String organization, String pipeline) implements TrustedCi {}

    /** One that this SDK does not know; it can be listed and removed. */
    record Other() implements TrustedCi {}
}
