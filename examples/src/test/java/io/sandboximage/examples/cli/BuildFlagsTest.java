package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BuildFlagsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("FROM_ENV", "value", "TOKEN", "swordfish");

    @TempDir
    Path context;

    @BeforeEach
    void makeContext() throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
    }

    static Stream<Arguments> options() {
        return Stream.of(
                Arguments.of("--target app", "target", "app"),
                Arguments.of("--platform linux/amd64,linux/arm/v7", "platform", "linux/amd64,linux/arm/v7"),
                Arguments.of("--build-arg A=b=c", "build-arg:A", "b=c"),
                Arguments.of("--build-arg FROM_ENV", "build-arg:FROM_ENV", "value"),
                Arguments.of("--build-arg=EMPTY=", "build-arg:EMPTY", ""),
                Arguments.of("--label a.b=c", "label:a.b", "c"),
                Arguments.of("--label bare", "label:bare", ""),
                Arguments.of(
                        "--build-context src=https://example.com/a.git#v1",
                        "context:src",
                        "https://example.com/a.git#v1"),
                Arguments.of("--no-cache", "no-cache", ""),
                Arguments.of("--no-cache=true", "no-cache", ""),
                Arguments.of("--no-cache-filter a,b --no-cache-filter c", "no-cache", "a,b,c"),
                Arguments.of("--pull", "image-resolve-mode", "pull"),
                Arguments.of("--network none", "force-network-mode", "none"),
                Arguments.of("--network=host", "force-network-mode", "host"),
                Arguments.of("--add-host a:1.2.3.4 --add-host b=::1", "add-hosts", "a=1.2.3.4,b=::1"),
                Arguments.of("--shm-size 64m", "shm-size", "67108864"),
                Arguments.of("--shm-size 1GB", "shm-size", "1073741824"),
                Arguments.of("--ulimit nofile=1:2", "ulimit", "nofile=1:2"),
                Arguments.of("--cgroup-parent /c", "cgroup-parent", "/c"),
                Arguments.of("--attest type=sbom,generator=g", "attest:sbom", "generator=g"),
                Arguments.of("--provenance mode=max", "attest:provenance", "mode=max"),
                Arguments.of("--sbom=true", "attest:sbom", ""));
    }

    @ParameterizedTest
    @MethodSource("options")
    void flagBecomesTheFrontendsOption(String line, String option, String value) {
        assertThat(request(line.split(" ")).options()).containsEntry(option, value);
    }

    @Test
    void flagsThatSayNoLeaveTheOptionOut() {
        assertThat(request("--no-cache=false", "--pull=false", "--provenance=false", "--build-arg", "NOT_SET")
                        .options())
                .containsOnlyKeys("filename");
    }

    @Test
    void rightsCachesAndKeysAreNoOptionsOfTheFrontend() throws IOException {
        Path key = Files.writeString(context.resolve("key"), "key");
        SolveRequest request = request(
                "--allow",
                "security.insecure,device",
                "--network",
                "host",
                "--cache-from",
                "acme/cache",
                "--cache-to",
                "type=local,dest=/c,mode=max",
                "--ssh",
                "id=" + key);
        assertThat(request.entitlements()).containsExactlyInAnyOrder("network.host", "security.insecure", "device");
        assertThat(request.cacheImports()).singleElement().satisfies(cache -> assertThat(cache.attributes())
                .containsEntry("ref", "acme/cache"));
        assertThat(request.cacheExports()).singleElement().satisfies(cache -> assertThat(cache.attributes())
                .containsEntry("mode", "max"));
        assertThat(request.ssh()).containsOnlyKeys("id");
    }

    @Test
    void tagsAndAnnotationsGoToTheExporter() {
        SolveRequest request = request("-t", "acme/app:1", "--tag", "acme/app:2", "--annotation", "index:a=b");
        assertThat(request.exports().get(0).attributes().get("name")).contains("acme/app:1", "acme/app:2");
        assertThat(request.exports().get(0).attributes()).containsEntry("annotation-index.a", "b");
    }

    @Test
    void secretsComeFromFilesAndVariables() throws IOException {
        Path file = Files.writeString(context.resolve("secret.txt"), "from file");
        SolveRequest request =
                request("--secret", "id=a,src=" + file, "--secret", "id=b,env=TOKEN", "--secret", "type=env,id=TOKEN");
        assertThat(request.secrets().get("a").read()).asString().isEqualTo("from file");
        assertThat(request.secrets().get("b").read()).asString().isEqualTo("swordfish");
        assertThat(request.secrets().get("TOKEN").read()).asString().isEqualTo("swordfish");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id=x,src=/no/such/file", "id=x,env=NOT_SET", "id=/no/such/file"})
    void secretThatIsNotThereIsToldBeforeTheBuild(String text) {
        assertThatThrownBy(() -> request("--secret", text)).isInstanceOf(NotFoundException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--secret src=x",
                "--secret id=x,what=y",
                "--secret id=x,type=ssh",
                "--build-context alone",
                "--add-host alone",
                "--shm-size big",
                "--network wide",
                "--annotation alone",
                "--attest generator=x",
                "--cache-to mode=max",
                "--ssh =x",
                "--no-cache --no-cache-filter a"
            })
    void whatCannotBeMeantIsRefused(String line) {
        assertThatThrownBy(() -> request(line.split(" "))).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void outputsAndPushMakeExports() {
        assertThat(outputs(List.of(), true)).containsExactly(BuildExport.image().attribute("push", "true"));
        assertThat(outputs(List.of("type=image,oci-mediatypes=true"), true))
                .containsExactly(
                        BuildExport.image().attribute("oci-mediatypes", "true").attribute("push", "true"));
        assertThat(outputs(List.of("out", "type=cacheonly"), false))
                .containsExactly(BuildExport.directory(Path.of("out")));
        assertThatThrownBy(() -> BuildOutputs.of(List.of(), List.of(), true, new ByteArrayOutputStream()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("-t");
        assertThatThrownBy(() -> outputs(List.of("-", "type=oci"), false))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Standard output");
    }

    private static List<BuildExport> outputs(List<String> texts, boolean push) {
        return BuildOutputs.of(texts, List.of("a:1"), push, new ByteArrayOutputStream())
                .exports();
    }

    private SolveRequest request(String... line) {
        BuildFlags flags = new BuildFlags();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("flags", CommandLine.Model.CommandSpec.forAnnotatedObject(flags)))
                .registerConverter(Platform.class, Platform::parse)
                .parseArgs(line);
        DockerfileBuild build = DockerfileBuild.of(context).export(BuildExport.image());
        flags.applyTo(build, ENVIRONMENT);
        return build.toRequest();
    }
}
