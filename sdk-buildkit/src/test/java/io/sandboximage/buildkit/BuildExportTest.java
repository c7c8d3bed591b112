package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildExportTest {
    private static final OutputStream OUT = new ByteArrayOutputStream();

    @Test
    void aPlaceAloneIsAFolderAndADashATarToStandardOutput() {
        assertThat(parse("out/dir")).isEqualTo(BuildExport.directory(Path.of("out/dir")));
        assertThat(parse("-")).isEqualTo(new BuildExport("tar", Map.of(), new BuildExport.Target.Stream(OUT)));
    }

    @Test
    void typesSayWhatIsMadeAndWhereItGoes() {
        assertThat(parse("type=local,dest=out,platform-split=false"))
                .isEqualTo(BuildExport.directory(Path.of("out")).attribute("platform-split", "false"));
        assertThat(parse("type=tar,dest=a.tar")).isEqualTo(BuildExport.tar(Path.of("a.tar")));
        assertThat(parse("type=oci")).isEqualTo(new BuildExport("oci", Map.of(), new BuildExport.Target.Stream(OUT)));
        assertThat(parse("type=oci,tar=false,dest=layout"))
                .isEqualTo(new BuildExport(
                        "oci",
                        Map.of("tar", "false"),
                        new BuildExport.Target.Layout(Path.of("layout"), Optional.empty())));
        assertThat(parse("type=docker,dest=-").target()).isEqualTo(new BuildExport.Target.Stream(OUT));
        assertThat(parse("type=image,\"name=a:1,b:2\",push=true"))
                .isEqualTo(BuildExport.image().attribute("name", "a:1,b:2").attribute("push", "true"));
        assertThat(parse("type=registry,ref=x"))
                .isEqualTo(BuildExport.image().attribute("ref", "x").attribute("push", "true"));
        assertThat(parse("type=cacheonly").type()).isEqualTo("cacheonly");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dest=out,mode=x",
                "type=",
                "type=local",
                "type=local,dest=-",
                "type=image,dest=x",
                "type=oci,tar=false",
                "type=oci,tar=perhaps",
                "type=oci,dest"
            })
    void whatCannotBeMeantIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    private static BuildExport parse(String text) {
        return BuildExport.parse(text, OUT);
    }
}
