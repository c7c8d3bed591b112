package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that cannot be: the error tells what is wrong, where, and what to do. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class BuildKitBadInputIT {
    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

    private BuildContext context;

    @BeforeAll
    static void start() {
        buildkitd = BuildKitProcess.start(state);
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
    }

    @AfterAll
    static void stop() {
        client.close();
        buildkitd.close();
    }

    @BeforeEach
    void makeContext() throws IOException {
        context = new BuildContext(Files.createDirectory(folder.resolve("context"))).busybox();
    }

    @Test
    void daemonThatCannotBeReachedIsNamed() throws IOException {
        context.dockerfile("FROM scratch\nCOPY busybox /\n");
        try (BuildKitClient nobody = BuildKitClient.connect(BuildKitAddress.unix(folder.resolve("no.sock")))) {
            assertThatThrownBy(() -> nobody.solve(build().toRequest(), ProgressTask.silent()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("no.sock");
        }
    }

    @Test
    void missingDockerfileIsNamed() {
        assertThatThrownBy(() -> solve(build()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(context.folder().resolve("Dockerfile").toString());
    }

    @Test
    void missingContextIsNamed() {
        assertThatThrownBy(() -> solve(DockerfileBuild.of(folder.resolve("nowhere"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void syntaxErrorTellsItsLine() throws IOException {
        context.dockerfile("FROM scratch\n\nCOPPY a b\n");

        assertThatThrownBy(() -> solve(build()))
                .isInstanceOfSatisfying(BuildFailedException.class, failure -> assertThat(
                                failure.failure().orElseThrow().source())
                        .hasValueSatisfying(
                                source -> assertThat(source.firstLine()).isEqualTo(3)))
                .hasMessageContaining("Dockerfile:3")
                .hasMessageContaining("COPPY");
    }

    @Test
    void unknownTargetIsNamedWithTheStages() throws IOException {
        context.dockerfile("FROM scratch AS one\nCOPY busybox /\nfrom one as two\nLABEL a=b\n");

        assertThatThrownBy(() -> solve(build().target("three")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("\"three\"")
                .hasMessageContaining("one, two");
    }

    @Test
    void pathsCannotLeaveTheContext() throws IOException {
        Files.writeString(folder.resolve("outside"), "not for the image");
        Files.createSymbolicLink(context.folder().resolve("link"), Path.of("../outside"));
        for (String path :
                new String[] {"../outside", "link", folder.resolve("outside").toString()}) {
            context.dockerfile("FROM scratch\nCOPY " + path + " /\n");

            assertThatThrownBy(() -> solve(build()))
                    .isInstanceOf(BuildFailedException.class)
                    .hasMessageContaining("Dockerfile:2")
                    .hasMessageContaining("not found");
        }
    }

    @Test
    void secretThatWasNotGivenIsNamed() throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN --mount=type=secret,id=token,required=true true\n");

        assertThatThrownBy(() -> solve(build()))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("Dockerfile:4")
                .hasMessageContaining("not given the secret \"token\"");
    }

    /** No registry can be reached at that address, as on a machine without a network. */
    @Test
    void frontendThatCannotBeFetchedIsNamedWithTheWayOut() throws IOException {
        context.dockerfile("# syntax=127.0.0.1:1/docker/dockerfile:1\nFROM scratch\nCOPY busybox /\n");

        assertThatThrownBy(() -> solve(build()))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("Dockerfile:1")
                .hasMessageContaining("docker/dockerfile:1, the image of the Dockerfile's frontend")
                .hasMessageContaining("BUILDKIT_SYNTAX=dockerfile.v0");

        assertThat(solve(build().buildArg("BUILDKIT_SYNTAX", "dockerfile.v0"))).isNotNull();
    }

    @Test
    void entitlementThatTheDaemonDoesNotGrantIsNamed() throws IOException {
        context.dockerfile("FROM scratch\nCOPY busybox /\n");

        assertThatThrownBy(() -> solve(build().allow("security.insecure")))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("--allow-insecure-entitlement security.insecure");
    }

    @Test
    void hostGatewayNeedsADockerEngine() throws IOException {
        context.dockerfile("FROM scratch\nCOPY busybox /\n");

        assertThatThrownBy(() -> solve(build().addHost("host.docker.internal", "host-gateway")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("host-gateway");
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context.folder());
    }

    private static SolveResult solve(DockerfileBuild build) {
        return client.solve(build.toRequest(), ProgressTask.silent());
    }
}
