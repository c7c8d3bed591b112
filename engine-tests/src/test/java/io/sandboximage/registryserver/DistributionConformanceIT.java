package io.sandboximage.registryserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.registry.server.RegistryStorage;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The conformance suite of the OCI distribution specification, version 1.1.1, in all its categories. It comes from no package
 * registry, so unlike other engines it may be missing under CI too.
 */
@RequiresEngine(Engine.OCI_CONFORMANCE)
class DistributionConformanceIT {
    private static final List<String> CATEGORIES = List.of("Pull", "Push", "Content Discovery", "Content Management");
    /** What the suite can only run where pushing is off, or where mounts are refused or not searched for. */
    private static final List<String> MAY_BE_SKIPPED = List.of(
            "Pull Setup Get tag name from environment",
            "Content Discovery Setup Populate registry with test tags (no push)",
            "Cross-mounting of nonexistent blob should yield session id",
            "Cross-mounting without from, and automatic content discovery disabled should return a 202");

    @TempDir
    Path dir;

    @Test
    void memoryStorageConforms() throws Exception {
        assertConforms(RegistryServer.builder().storage(RegistryStorage.memory()), "", "");
    }

    @Test
    void directoryStorageConforms() throws Exception {
        assertConforms(RegistryServer.builder().storage(RegistryStorage.directory(dir.resolve("store"))), "", "");
    }

    @Test
    void registryWithBasicAuthConforms() throws Exception {
        assertConforms(RegistryServer.builder().basicAuth("user", "pass"), "user", "pass");
    }

    private void assertConforms(RegistryServer.Builder builder, String user, String password) throws Exception {
        CommandResult result;
        try (RegistryServer server = builder.start()) {
            Command suite = Command.of(Engine.OCI_CONFORMANCE.path())
                    .in(dir)
                    .env("OCI_ROOT_URL", server.url().toString())
                    .env("OCI_NAMESPACE", "acme/app")
                    .env("OCI_CROSSMOUNT_NAMESPACE", "acme/other")
                    .env("OCI_AUTOMATIC_CROSSMOUNT", "1")
                    .env("OCI_TEST_PULL", "1")
                    .env("OCI_TEST_PUSH", "1")
                    .env("OCI_TEST_CONTENT_DISCOVERY", "1")
                    .env("OCI_TEST_CONTENT_MANAGEMENT", "1")
                    .env("OCI_HIDE_SKIPPED_WORKFLOWS", "0")
                    .env("OCI_REPORT_DIR", dir.toString());
            if (!user.isEmpty()) {
                suite = suite.env("OCI_USERNAME", user).env("OCI_PASSWORD", password);
            }
            result = suite.run();
        }
        assertThat(result.exitCode()).as(result.output() + result.errors()).isZero();
        assertNothingSkippedOrFailed(dir.resolve("junit.xml"));
    }

    private static void assertNothingSkippedOrFailed(Path report) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        Document document = factory.newDocumentBuilder().parse(report.toFile());
        NodeList cases = document.getElementsByTagName("testcase");
        List<String> passed = new ArrayList<>();
        List<String> notPassed = new ArrayList<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            String name = test.getAttribute("name");
            (test.getAttribute("status").equals("passed") ? passed : notPassed).add(name);
        }
        assertThat(notPassed)
                .filteredOn(name -> MAY_BE_SKIPPED.stream().noneMatch(name::endsWith))
                .isEmpty();
        for (String category : CATEGORIES) {
            assertThat(passed)
                    .filteredOn(name -> name.startsWith("OCI Distribution Conformance Tests " + category + " "))
                    .as(category)
                    .hasSizeGreaterThanOrEqualTo(5);
        }
    }
}
