package io.sandboximage.depot.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.RobotTokenServer;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes server to server between real registries; the service that copies is the emulator's, and it really copies. */
@RequiresEngine({Engine.DOCKER_REGISTRY, Engine.OPENSSL})
class DepotPushIT {
    private static final String TOKEN = "organization-token";
    private static final int BLOBS = 3;

    @TempDir
    static Path folder;

    private static RegistryProcess depots;
    private static RegistryProcess others;
    private static RegistryProcess tokenRegistry;
    private static RegistryProcess open;
    private static RobotTokenServer tokens;
    private static RobotAccounts.Robot robot;
    private static DepotEmulator emulator;
    private static DepotRegistry registry;
    private static RegistryClient source;
    private static RegistryClient destinations;

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final ProgressTask progress = ProgressTask.root(
            event -> {
                if (event instanceof ProgressEvent.Message message) {
                    warnings.add(message.text());
                }
            },
            "push");

    @BeforeAll
    static void start() throws IOException {
        depots = RegistryProcess.startWithBasicAuth(Engine.DOCKER_REGISTRY, make("depots"), "x-token", "pull-token");
        others = RegistryProcess.startWithBasicAuth(Engine.DOCKER_REGISTRY, make("others"), "me", "hush-hush");
        open = RegistryProcess.start(Engine.DOCKER_REGISTRY, make("open"));
        RobotAccounts robots = new RobotAccounts(Clock.systemUTC());
        robot = robots.make(Duration.ofHours(1));
        tokens = RobotTokenServer.start(robots, folder.resolve("tokens"));
        tokenRegistry = tokens.startRegistry(Engine.DOCKER_REGISTRY, make("token"));
        emulator = DepotEmulator.start()
                .token(TOKEN)
                .project("prj1", "demo")
                .registry(new DepotBackingRegistry(depots.address(), "x-token", "pull-token"));
        registry = DepotRegistry.open(DepotAccess.of(TokenProvider.of(TOKEN)).at(emulator.url()));
        source = client(depots.address(), Credentials.basic("x-token", "pull-token"));
        destinations = RegistryClient.builder()
                .credentials(CredentialProvider.of(others.address(), Credentials.basic("me", "hush-hush"))
                        .or(CredentialProvider.of(
                                tokenRegistry.address(), Credentials.basic(robot.username(), robot.secret()))))
                .build();
    }

    private static Path make(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private static RegistryClient client(String host, Credentials credentials) {
        return RegistryClient.builder()
                .credentials(CredentialProvider.of(host, credentials))
                .build();
    }

    @AfterAll
    static void stop() {
        source.close();
        destinations.close();
        registry.close();
        emulator.close();
        tokens.close();
        List.of(depots, others, tokenRegistry, open).forEach(RegistryProcess::close);
    }

    @Test
    void serviceCopiesBlobsAndOnlyManifestsPassThroughHere() {
        String build = emulator.savedBuild("prj1");
        Descriptor saved = SavedSample.index(source, saved(build));
        Delivery delivery = push(build, at(others, "acme/app:1"));

        assertThat(delivery.descriptor().digest()).isEqualTo(saved.digest());
        assertThat(delivery.blobsMounted()).isEqualTo(2 * BLOBS);
        assertThat(delivery.bytesCopied()).isZero();
        assertThat(warnings).isEmpty();
        try (ImageSource pulled = destinations.source(at(others, "acme/app:1"))) {
            assertThat(pulled.descriptor().digest()).isEqualTo(saved.digest());
        }
        assertThat(copies(build)).hasSize(2 * BLOBS).allSatisfy(call -> {
            assertThat(call.token()).contains(TOKEN);
            assertThat(call.requests().get(0)).contains("\"tokenScheme\":\"Basic\"", "acme/app");
        });
        assertThat(lastOutcome()).isEqualTo("success");
    }

    @Test
    void servicePushesWithTokensOfTheDestination() {
        String build = emulator.savedBuild("prj1");
        SavedSample.image(source, saved(build));
        Delivery delivery = push(build, at(tokenRegistry, "acme/app:1"));

        assertThat(delivery.blobsMounted()).isEqualTo(BLOBS);
        // What the service gets opens one repository for some minutes; the password stays here.
        assertThat(copies(build)).allSatisfy(call -> assertThat(call.requests().get(0))
                .contains("\"tokenScheme\":\"Bearer\"")
                .doesNotContain(robot.secret()));
    }

    @Test
    void pushThatBrokeOffGoesOnWhereItWas() {
        String build = emulator.savedBuild("prj1");
        Descriptor saved = SavedSample.image(source, saved(build));
        push(build, at(others, "resumed:1"));
        destinations
                .repository(at(others, "resumed:1"))
                .manifests()
                .delete(saved.digest().toString());

        Delivery again = push(build, at(others, "resumed:1"));
        assertThat(again.blobsSkipped()).isEqualTo(BLOBS);
        assertThat(again.blobsMounted()).isZero();
    }

    @Test
    void furtherTagsCostOneManifestEach() {
        String build = emulator.savedBuild("prj1");
        SavedSample.image(source, saved(build));
        List<Delivery> deliveries = registry.push(destinations)
                .blobService(emulator.url())
                .push(build, List.of(at(others, "tags:1"), at(others, "tags:2")), progress);
        assertThat(deliveries).extracting(Delivery::blobsMounted).containsExactly(BLOBS, 0);
        assertThat(emulator.calls("StartPush"))
                .anyMatch(call -> call.requests().get(0).contains("tags:2"));
    }

    @Test
    void blobThatTheServiceRefusesGoesThroughHere() {
        String build = emulator.savedBuild("prj1");
        Descriptor saved = SavedSample.image(source, saved(build));
        emulator.refuseNext("CopyBlob", "not_found", "Blob not found");
        Delivery delivery = push(build, at(others, "refused:1"));
        assertThat(delivery.blobsMounted()).isEqualTo(BLOBS - 1);
        assertThat(delivery.blobsCopied()).isEqualTo(1);
        assertThat(delivery.descriptor().digest()).isEqualTo(saved.digest());
        assertThat(warnings).singleElement().asString().contains("goes through this machine", "404");
    }

    @Test
    void serviceThatIsDownIsAskedNoMoreThanItTakesToKnow() {
        String build = emulator.savedBuild("prj1");
        SavedSample.image(source, saved(build));
        for (int i = 0; i < 3; i++) {
            emulator.answerNext("CopyBlob", 502, "<html>bad gateway</html>");
        }
        Delivery delivery = registry.push(destinations)
                .blobService(emulator.url())
                .parallelism(1)
                .push(build, List.of(at(others, "down:1")), progress)
                .get(0);
        assertThat(delivery.blobsCopied()).isEqualTo(BLOBS);
        assertThat(copies(build)).hasSize(3);
        assertThat(warnings).singleElement().asString().contains("goes through this machine", "502");
    }

    @Test
    void registryThatAsksForNothingIsFilledFromHere() {
        String build = emulator.savedBuild("prj1");
        SavedSample.image(source, saved(build));
        assertThat(push(build, at(open, "app:1")).blobsCopied()).isEqualTo(BLOBS);
        assertThat(copies(build)).isEmpty();
        assertThat(warnings).singleElement().asString().contains("nothing that would let Depot push");
    }

    @Test
    void failureIsToldToDepotWithoutSecrets() {
        String build = emulator.savedBuild("prj1");
        SavedSample.image(source, saved(build));
        try (RegistryClient stranger = client(others.address(), Credentials.basic("me", "wrong-password"))) {
            assertThatThrownBy(() -> registry.push(stranger)
                            .blobService(emulator.url())
                            .push(build, List.of(at(others, "acme/app:2")), progress))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageNotContaining("wrong-password");
        }
        assertThat(lastOutcome()).startsWith("error: ").doesNotContain("wrong-password");
    }

    @Test
    void unknownBuildsAndTargetsAreNamed() {
        assertThatThrownBy(() -> push("unknown", at(others, "x:1")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("Build not found");
        String bake = emulator.savedBuild("prj1", "web", "worker");
        assertThatThrownBy(() -> push(bake, at(others, "x:1")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("web, worker");
        SavedSample.image(source, saved(bake + "-web"));
        assertThat(registry.push(destinations)
                        .blobService(emulator.url())
                        .target("web")
                        .push(bake, List.of(at(others, "web:1")), progress)
                        .get(0)
                        .blobsMounted())
                .isEqualTo(BLOBS);
        assertThatThrownBy(
                        () -> registry.push(destinations).target("db").push(bake, List.of(at(others, "x:1")), progress))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void pullsWithTheAccessThatDepotGives() {
        String build = emulator.savedBuild("prj1");
        Descriptor saved = SavedSample.image(source, saved(build));
        PullAccess pull = registry.build(build);
        try (ImageSource image = registry.source(pull, pull.only())) {
            assertThat(image.descriptor().digest()).isEqualTo(saved.digest());
        }
        try (RegistryClient client = RegistryClient.builder()
                        .credentials(DepotCredentials.of(TokenProvider.of("pull-token"))
                                .alsoAt(depots.address()))
                        .build();
                ImageSource image = client.source(saved(build))) {
            assertThat(image.descriptor().digest()).isEqualTo(saved.digest());
        }
    }

    private Delivery push(String build, ImageReference to) {
        return registry.push(destinations)
                .blobService(emulator.url())
                .push(build, List.of(to), progress)
                .get(0);
    }

    private static ImageReference saved(String build) {
        return at(depots, "prj1:" + build);
    }

    private static ImageReference at(RegistryProcess registry, String name) {
        return ImageReference.parse(registry.address() + "/" + name);
    }

    private static List<DepotCall> copies(String build) {
        return emulator.calls("CopyBlob").stream()
                .filter(call -> call.requests().get(0).contains("/" + build + "/"))
                .toList();
    }

    private static String lastOutcome() {
        return emulator.pushes().get(emulator.pushes().size() - 1);
    }
}
