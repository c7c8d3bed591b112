package io.sandboximage.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BrowserProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports of real runs as a real browser shows them. With {@code -Dsandboximage.pictures=DIR} the pictures are kept there.
 */
@RequiresEngine({Engine.CHROMIUM, Engine.BUILDKITD, Engine.RUNC, Engine.REGISTRY_V3, Engine.BUSYBOX_STATIC})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BuildReportIT {
    private static final Optional<Path> PICTURES =
            Optional.ofNullable(System.getProperty("sandboximage.pictures")).map(Path::of);
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 900;

    @TempDir
    static Path folder;

    private static ReportWorld world;
    private static BrowserProcess browser;
    private static Path page;

    @BeforeAll
    static void start() throws IOException {
        world = new ReportWorld(folder);
        browser = BrowserProcess.start(Files.createDirectory(folder.resolve("browser")), WIDTH, HEIGHT);
        page = folder.resolve("report.html");
    }

    @AfterAll
    static void stop() {
        browser.close();
        world.close();
    }

    @Test
    @Order(1)
    void firstRunIsDrawn() throws IOException {
        world.change("main");
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (BuildKitBuilder builder = world.builder();
                ProgressRenderer json = Progress.jsonLines(lines)) {
            world.pipeline(builder)
                    .progress(BuildReport.to(page))
                    .progress(json)
                    .run();
        }

        browser.open(page.toUri(), false);
        ChartCheck.assertDrawn(browser);
        assertThat(browser.requests()).containsExactly(page.toUri().toString());
        assertThat(text("header")).contains("Succeeded").contains("sha256:");
        assertThat(text("#layers")).contains("COPY busybox /bin/busybox");
        // Registry, archive and ext4 file want the same layers, which BuildKit gives once.
        assertThat(text(".tiles"))
                .containsPattern("Readings spared\\s+[0-9.]+ MiB\\s+[0-9.]+ MiB read once for all places");
        assertThat(text("#cache")).contains("done in every build");

        // The same from the lines alone.
        Path again = folder.resolve("again.html");
        BuildReport.to(again).write(new ByteArrayInputStream(lines.toByteArray()));
        assertThat(again).hasSameTextualContentAs(page);
    }

    @Test
    @Order(2)
    void secondRunTellsWhatWasSparedAndWhy() throws IOException {
        world.change("more");
        try (BuildKitBuilder builder = world.builder()) {
            world.pipeline(builder).progress(BuildReport.to(page)).run();
        }
        browser.open(page.toUri(), false);
        ChartCheck.assertDrawn(browser);
        keep("report-light.png");
        assertThat(text("#cache")).contains("cached").contains("have changed").contains("which ran");
        assertThat(text("#transfers")).contains(world.registry()).contains("There already");
        assertThat(text("#layers")).contains("the same").contains("new");
        assertThat(text("#comparison")).contains("The image is another one.");

        browser.open(page.toUri(), true);
        ChartCheck.assertDrawn(browser);
        keep("report-dark.png");
        int background = browser.pixels().getRGB(2, 2) & 0xFF;
        assertThat(background).as("brightness of the dark page").isLessThan(40);
    }

    @Test
    @Order(3)
    void namesOfStepsCannotBecomeMarkup() {
        assertThat(page).content().doesNotContain("<script").contains("&lt;script&gt;");
        browser.open(page.toUri(), false);
        assertThat(browser.evaluate("document.title")).startsWith("Build report");
        assertThat(browser.evaluate("String(document.scripts.length)")).isEqualTo("0");
        assertThat(text("#cache")).contains(ReportWorld.SCRIPT);
    }

    @Test
    @Order(4)
    void textCanBeReadOnItsGround() {
        for (boolean dark : new boolean[] {false, true}) {
            browser.open(page.toUri(), dark);
            assertThat(Double.parseDouble(browser.evaluate(Contrast.WORST)))
                    .as("worst contrast, dark: " + dark)
                    .isGreaterThanOrEqualTo(4.5);
        }
    }

    @Test
    @Order(5)
    void failedRunShowsItsReason() throws IOException {
        world.change("broken");
        BuildReport report = BuildReport.to(page);
        try (BuildKitBuilder builder = world.builder()) {
            assertThatThrownBy(() -> world.pipeline(builder).progress(report).run())
                    .isInstanceOf(BuildFailedException.class);
        }
        assertThat(report.problem()).isEmpty();
        browser.open(page.toUri(), false);
        ChartCheck.assertDrawn(browser);
        keep("report-failed.png");
        assertThat(text("header")).contains("Failed");
        assertThat(text("#failures")).contains("/app/broken");
        assertThat(text("#comparison")).contains("gone or not begun");
    }

    @Test
    @Order(6)
    void barsAreFoundBetweenPixelsToo() {
        browser.open(page.toUri(), false);
        for (String fraction : new String[] {"0.3", "0.5", "0.8"}) {
            browser.evaluate("document.querySelectorAll('.chart .bar').forEach(bar => {" + " bar.style.marginLeft = '"
                    + fraction + "px'; bar.style.width = '0'; }); ''");
            ChartCheck.assertDrawn(browser);
        }
    }

    @Test
    @Order(7)
    void reportOfNothingFailsTheCheck() {
        Path empty = folder.resolve("empty.html");
        ProgressTask.root(BuildReport.to(empty), "nothing").done();
        browser.open(empty.toUri(), false);
        assertThat(ChartCheck.paintedPixels(browser)).isZero();
        assertThatThrownBy(() -> ChartCheck.assertDrawn(browser)).isInstanceOf(AssertionError.class);

        // Bars that are there but cannot be seen fail it too.
        browser.open(page.toUri(), false);
        browser.evaluate("document.querySelector('.chart').style.visibility = 'hidden'; ''");
        assertThatThrownBy(() -> ChartCheck.assertDrawn(browser)).hasMessageContaining("cannot be seen");
    }

    private static String text(String selector) {
        return browser.evaluate("document.querySelector('" + selector + "').textContent");
    }

    private static void keep(String name) throws IOException {
        if (PICTURES.isPresent()) {
            Files.write(Files.createDirectories(PICTURES.get()).resolve(name), browser.picture());
        }
    }
}
