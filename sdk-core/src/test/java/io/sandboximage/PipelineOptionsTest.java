package io.sandboximage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PipelineOptionsTest {
    private static final ImageBuilder BUILDER = new ImageBuilder() {
        @Override
        public String name() {
            return "fake builder";
        }

        @Override
        public ImageSource build(BuildRequest request, ProgressTask progress) {
            throw new AssertionError("must not be called");
        }
    };

    private final SandboxImagePipeline.Builder pipeline = SandboxImagePipeline.builder();
    private final BuildRequest request = BuildRequest.dockerfile(Path.of("."), "Dockerfile");

    @Test
    void pipelineWithoutImageIsRefused() {
        refuses(pipeline.to(Fakes.sink("a")), "has no image");
    }

    @Test
    void twoImagesAreRefused() {
        refuses(pipeline.from(new FakeSource()).produce(p -> new FakeSource()).to(Fakes.sink("a")), "2 images");
    }

    @Test
    void sourceAndBuildAreRefused() {
        refuses(pipeline.from(new FakeSource()).build(request).with(BUILDER).to(Fakes.sink("a")), "2 images");
    }

    @Test
    void requestWithoutBuilderIsRefused() {
        refuses(pipeline.build(request).to(Fakes.sink("a")), "build(Dockerfile) has no builder");
    }

    @Test
    void builderWithoutRequestIsRefused() {
        refuses(pipeline.with(BUILDER).to(Fakes.sink("a")), "has nothing to build");
    }

    @Test
    void pipelineWithoutAnythingToDoIsRefused() {
        refuses(pipeline.from(new FakeSource()), "nothing to do");
    }

    @Test
    void oneDestinationGivenTwiceIsRefused() {
        refuses(pipeline.from(new FakeSource()).to(Fakes.sink("a")).to(Fakes.sink("a")), "to(a) was given twice");
    }

    @Test
    void deadlineThatIsNotPositiveIsRefused() {
        refuses(pipeline.from(new FakeSource()).to(Fakes.sink("a")).deadline(Duration.ZERO), "not positive");
    }

    @Test
    void twoDeadlinesAreRefused() {
        refuses(
                pipeline.from(new FakeSource())
                        .to(Fakes.sink("a"))
                        .deadline(Duration.ofSeconds(1))
                        .deadline(Duration.ofSeconds(2)),
                "twice");
    }

    private static void refuses(SandboxImagePipeline.Builder builder, String message) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(message);
    }
}
