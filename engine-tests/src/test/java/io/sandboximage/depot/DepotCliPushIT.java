package io.sandboximage.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.depot.registry.DepotRegistry;
import io.sandboximage.depot.registry.SavedSample;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.NamesProxy;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.engine.TestAuthority;
import io.sandboximage.testkit.engine.TlsFront;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code depot push} of the vendor's command line and ours, for the same images, from the announcement to the last manifest. Its
 * service for blobs cannot be set, but it heeds {@code HTTPS_PROXY}, which leads the name to the emulator, and
 * {@code SSL_CERT_FILE}.
 */
@RequiresEngine({Engine.DEPOT_CLI, Engine.OPENSSL, Engine.DOCKER_REGISTRY})
class DepotCliPushIT {
    private static final String TOKEN = "organization-token";

    @TempDir
    static Path folder;

    private static TestAuthority authority;
    private static RegistryProcess depots;
    private static RegistryProcess others;
    private static TlsFront depotsFront;
    private static TlsFront othersFront;
    private static DepotEmulator emulator;
    private static URI secure;
    private static NamesProxy proxy;
    private static RegistryClient registries;

    @BeforeAll
    static void start() throws IOException {
        authority = TestAuthority.make(folder.resolve("authority"), List.of("blob.depot.dev", "api.depot.dev"));
        depots = RegistryProcess.startWithBasicAuth(Engine.DOCKER_REGISTRY, make("depots"), "x-token", "pull-token");
        others = RegistryProcess.startWithBasicAuth(Engine.DOCKER_REGISTRY, make("others"), "me", "hush-hush");
        depotsFront = TlsFront.start(authority, depots.port());
        othersFront = TlsFront.start(authority, others.port());
        emulator = DepotEmulator.start()
                .token(TOKEN)
                .project("prj1", "demo")
                .registry(new DepotBackingRegistry(depotsFront.address(), "x-token", "pull-token"));
        secure = emulator.secure(authority);
        proxy = NamesProxy.start(Map.of(
                "blob.depot.dev:443", secure.getPort(),
                "api.depot.dev:443", secure.getPort()));
        registries = RegistryClient.builder()
                .credentials(CredentialProvider.of(depotsFront.address(), Credentials.basic("x-token", "pull-token"))
                        .or(CredentialProvider.of(othersFront.address(), Credentials.basic("me", "hush-hush"))))
                .build();
    }

    private static Path make(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    @AfterAll
    static void stop() {
        registries.close();
        proxy.close();
        emulator.close();
        othersFront.close();
        depotsFront.close();
        others.close();
        depots.close();
    }

    @Test
    void pushesServerToServer() throws IOException {
        String build = emulator.savedBuild("prj1");
        Descriptor saved = SavedSample.index(registries, at(depotsFront, "prj1:" + build));
        vendor().command("push", build, "-t", othersFront.address() + "/vendor/app:1")
                .run()
                .orFail();
        try (ImageSource pulled = registries.source(at(othersFront, "vendor/app:1"))) {
            assertThat(pulled.descriptor().digest()).isEqualTo(saved.digest());
        }
        assertThat(last(emulator.pushes())).isEqualTo("success");
        assertThat(copies(build)).hasSize(6);
    }

    @Test
    void tellsWhyItFailed() throws IOException {
        String build = emulator.savedBuild("prj1");
        SavedSample.image(registries, at(depotsFront, "prj1:" + build));
        emulator.refuseNext("CopyBlob", "permission_denied", "not this one");
        CommandResult refused = vendor().command("push", build, "-t", othersFront.address() + "/vendor/app:2")
                .run();
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(last(emulator.pushes())).startsWith("error: unexpected status code: 403");
        assertThat(vendor().command("push", build).run().errors()).contains("missing tag");
    }

    /**
     * The same push by both, call by call. What differs, and why:
     *
     * <ul>
     *   <li>The order of blobs: both copy several at a time.
     *   <li>We ask the destination which blobs it has, and have only the others copied; here it has none.
     *   <li>Names of programs, the agent in the header {@code user-agent}, and that the vendor writes its order for the blob
     *       service over several lines.
     * </ul>
     */
    @Test
    void ourRequestsAreTheVendors() throws IOException {
        String build = emulator.savedBuild("prj1");
        SavedSample.index(registries, at(depotsFront, "prj1:" + build));
        String tag = othersFront.address() + "/NAME/app:1";

        int start = emulator.calls().size();
        vendor().command("push", build, "-t", tag.replace("NAME", "theirs"))
                .run()
                .orFail();
        int middle = emulator.calls().size();
        try (DepotRegistry registry =
                DepotRegistry.open(DepotAccess.of(TokenProvider.of(TOKEN)).at(emulator.url()))) {
            registry.push(registries)
                    .blobService(emulator.url())
                    .push(build, List.of(ImageReference.parse(tag.replace("NAME", "ours"))), ProgressTask.silent());
        }
        List<DepotCall> theirs = emulator.calls().subList(start, middle);
        List<DepotCall> ours = emulator.calls().subList(middle, emulator.calls().size());

        assertThat(transcript(ours, "ours")).isEqualTo(transcript(theirs, "theirs"));
        assertThat(ours)
                .extracting(DepotCall::method)
                .startsWith("StartPush", "GetPullInfo")
                .endsWith("FinishPush");
        assertThat(theirs)
                .extracting(DepotCall::method)
                .startsWith("StartPush", "GetPullInfo")
                .endsWith("FinishPush");
    }

    /** Each call with its headers and its fields, without what is random or a program's name. */
    private static TreeSet<String> transcript(List<DepotCall> calls, String name) {
        TreeSet<String> lines = new TreeSet<>();
        for (DepotCall call : calls) {
            String fields = String.join("", call.requests())
                    .replace("/" + name + "/", "/NAME/")
                    .replace("\"" + name + "/", "\"NAME/")
                    .replaceAll("push0*\\d+", "PUSH")
                    .replaceAll("\\s+", "");
            lines.add(call.procedure() + " " + call.protocol().replaceFirst(";.*", "") + " "
                    + call.token().orElse("") + " " + fields);
        }
        return lines;
    }

    @Test
    void worksAgainstTheNamesThatItHasBuiltIn() throws IOException {
        // Over TLS and HTTP/2, through the proxy: nothing but the network is not Depot's.
        CommandResult listed = vendor().env("DEPOT_API_URL", "")
                .command("list", "projects", "--output", "json")
                .run();
        assertThat(listed.orFail().output()).contains("prj1", "demo");
    }

    @Test
    void emulatorSpeaksHttp2OverTlsAtItsOwnAddress() throws IOException {
        CommandResult listed = vendor().env("DEPOT_API_URL", secure.toString())
                .command("list", "projects", "--output", "json")
                .run();
        assertThat(listed.orFail().output()).contains("prj1", "demo");
        CommandResult strange = vendor().env("DEPOT_API_URL", secure.toString())
                .env("SSL_CERT_FILE", "/dev/null")
                .command("list", "projects")
                .run();
        assertThat(strange.exitCode()).isEqualTo(1);
        assertThat(strange.errors()).contains("certificate");
    }

    private static VendorCli vendor() throws IOException {
        return VendorCli.of(emulator.url(), TOKEN, Files.createTempDirectory(folder, "home"))
                .loggedIn(othersFront.address(), "me", "hush-hush")
                .env("HTTPS_PROXY", proxy.url().toString())
                .env("SSL_CERT_FILE", authority.certificate().toString());
    }

    private static ImageReference at(TlsFront front, String name) {
        return ImageReference.parse(front.address() + "/" + name);
    }

    private static List<DepotCall> copies(String build) {
        return emulator.calls("CopyBlob").stream()
                .filter(call -> call.requests().get(0).contains("/" + build + "/"))
                .toList();
    }

    private static <T> T last(List<T> list) {
        return new ArrayList<>(list).get(list.size() - 1);
    }
}
