package io.sandboximage.rootfs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarReader;
import io.sandboximage.rootfs.internal.tar.TestTar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerMergerTest {
    private final List<String> warnings = new ArrayList<>();

    @Test
    void whiteoutsHideNamesOfLowerLayers() {
        assertThat(merged(tar().file("a/x", "1").file("a/y", "22"), tar().whiteout("a/.wh.x")))
                .containsExactly("d a", "f a/y 2");
    }

    @Test
    void whiteoutsHideWholeDirectories() {
        assertThat(merged(tar().file("a/b/c", "1").file("z", ""), tar().whiteout(".wh.a")))
                .containsExactly("f z 0");
    }

    @Test
    void whiteoutsSpareTheirOwnLayerWhereverTheyStand() {
        assertThat(merged(tar().file("a", "1"), tar().whiteout(".wh.a").file("a", "22")))
                .containsExactly("f a 2");
        assertThat(merged(tar().file("a", "1"), tar().file("a", "22").whiteout(".wh.a")))
                .containsExactly("f a 2");
    }

    @Test
    void whiteoutOfADirectoryThatTheLayerAlsoFillsRemovesOnlyLowerContent() {
        TestTar lower = tar().file("a/old", "1").file("a/deep/old", "1");
        assertThat(merged(lower, tar().file("a/deep/new", "22").whiteout(".wh.a")))
                .containsExactly("d a", "d a/deep", "f a/deep/new 2");
        assertThat(merged(lower, tar().whiteout(".wh.a").file("a/deep/new", "22")))
                .containsExactly("d a", "d a/deep", "f a/deep/new 2");
    }

    @Test
    void opaqueMarkersHideLowerContentWhereverTheyStand() {
        TestTar lower = tar().file("a/old", "1").file("a/deep/old", "1");
        assertThat(merged(
                        lower, tar().directory("a/").whiteout("a/.wh..wh..opq").file("a/new", "22")))
                .containsExactly("d a", "f a/new 2");
        assertThat(merged(lower, tar().directory("a/").file("a/deep/new", "22").whiteout("a/.wh..wh..opq")))
                .containsExactly("d a", "d a/deep", "f a/deep/new 2");
    }

    @Test
    void opaqueMarkerOfTheRootHidesEverything() {
        assertThat(merged(
                        tar().file("a", "1").file("b/c", ""),
                        tar().whiteout(".wh..wh..opq").file("new", "")))
                .containsExactly("f new 0");
    }

    @Test
    void whiteoutsOfWhatIsNotThereDoNothing() {
        assertThat(merged(
                        tar().file("a", "1"),
                        tar().whiteout(".wh.b").whiteout("x/.wh.y").whiteout("a/.wh.z")))
                .containsExactly("f a 1");
    }

    @Test
    void whiteoutsLeaveNoTraceInTheLowestLayer() {
        assertThat(merged(tar().whiteout(".wh.a").whiteout("b/.wh..wh..opq").file("c", "")))
                .containsExactly("f c 0");
    }

    @Test
    void whiteoutsGoThroughSymlinkedDirectories() {
        assertThat(merged(
                        tar().file("usr/bin/a", "1").file("usr/bin/b", "").symlink("bin", "usr/bin"),
                        tar().whiteout("bin/.wh.a")))
                .containsExactly("l bin -> usr/bin", "d usr", "d usr/bin", "f usr/bin/b 0");
    }

    @Test
    void aHardLinkInTheSameLayerSparesOnlyItsOwnName() {
        assertThat(merged(tar().file("a", "1"), tar().hardLink("b", "a").whiteout(".wh.a")))
                .containsExactly("f b 1");
        assertThat(merged(tar().file("a", "1"), tar().whiteout(".wh.a").hardLink("b", "a")))
                .containsExactly("f b 1");
    }

    @Test
    void aWhiteoutHidesLinksAndFilesOnTheWayOfItsOwnLayerWhereverItStands() {
        TestTar lower = tar().file("d/a", "1").symlink("l", "d").file("f", "");
        assertThat(merged(
                        lower,
                        tar().file("l/b", "22")
                                .file("f/c", "")
                                .whiteout(".wh.l")
                                .whiteout(".wh.f")))
                .containsExactly("d d", "f d/a 1", "d f", "f f/c 0", "d l", "f l/b 2");
    }

    @Test
    void aDirectoryThatAWhiteoutHidesComesBackWithoutItsAttributes() {
        TestTar lower = tar().add("d/", '5', e -> e.mode(0700));
        TestTar upper = tar().file("d/a", "").whiteout(".wh.d");
        assertThat(merge(lower, upper).root().child(FileName.of("d")).permissions())
                .isEqualTo(0755);
    }

    @Test
    void aufsBookkeepingIsIgnored() {
        assertThat(merged(tar().directory(".wh..wh.plnk/")
                        .file(".wh..wh.plnk/1.2", "x")
                        .file(".wh..wh.aufs", "")
                        .file("a", "")))
                .containsExactly("f a 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh..."})
    void whiteoutsThatNameNothingAreRefused(String name) {
        assertRefused("names nothing", tar().file("d/a", ""), tar().whiteout("d/" + name));
    }

    @Test
    void filesReplaceDirectoriesWithEverythingBelow() {
        assertThat(merged(tar().file("a/b/c", "1"), tar().file("a", "22"))).containsExactly("f a 2");
        assertThat(merged(tar().file("a/b/c", "1"), tar().symlink("a", "b"))).containsExactly("l a -> b");
    }

    @Test
    void directoriesReplaceFilesAndSymlinks() {
        assertThat(merged(tar().file("a", "1"), tar().directory("a/").file("a/b", "")))
                .containsExactly("d a", "f a/b 0");
        assertThat(merged(
                        tar().file("b/x", "").symlink("a", "b"),
                        tar().directory("a/").file("a/y", "")))
                .containsExactly("d a", "f a/y 0", "d b", "f b/x 0");
    }

    @Test
    void directoriesOverDirectoriesKeepChildrenAndTakeTheNewAttributes() {
        FileTree tree = merge(
                tar().pax("SCHILY.xattr.user.old", "1")
                        .add("a/", '5', e -> e.mode(0755).uid(1))
                        .file("a/b", ""),
                tar().pax("SCHILY.xattr.user.new", "2")
                        .add("a/", '5', e -> e.mode(01777).uid(2).gid(3).mtime(77)));

        Inode directory = TreeText.find(tree, "a");
        assertThat(TreeText.of(tree)).containsExactly("d a", "f a/b 0");
        assertThat(directory.permissions()).isEqualTo(01777);
        assertThat(directory.uid()).isEqualTo(2);
        assertThat(directory.gid()).isEqualTo(3);
        assertThat(directory.mtimeSeconds()).isEqualTo(77);
        assertThat(directory.xattrs()).containsOnlyKeys("user.new");
    }

    @Test
    void theLastOfDuplicatesWins() {
        assertThat(merged(tar().file("a", "1").file("a", "22").symlink("b", "x").file("b", "333")))
                .containsExactly("f a 2", "f b 3");
    }

    @Test
    void missingParentsAreMadeForRoot() {
        FileTree tree = merge(tar().add("a/b/c", '0', e -> e.uid(7)));

        Inode made = TreeText.find(tree, "a/b");
        assertThat(made.permissions()).isEqualTo(0755);
        assertThat(made.uid()).isZero();
        assertThat(made.mtimeSeconds()).isZero();
    }

    @Test
    void parentsMayComeAfterTheirChildren() {
        FileTree tree =
                merge(tar().file("a/b", "1").add("a/", '5', e -> e.mode(0700).uid(9)));

        assertThat(TreeText.of(tree)).containsExactly("d a", "f a/b 1");
        assertThat(TreeText.find(tree, "a").uid()).isEqualTo(9);
    }

    @Test
    void theRootTakesTheAttributesOfItsEntry() {
        assertThat(merge(tar().file("x", "")).root().permissions()).isEqualTo(0755);
        for (String name : List.of("./", "/", ".", "a/..")) {
            Inode root = merge(tar().add(name, '5', e -> e.mode(0711).uid(5).mtime(42)))
                    .root();
            assertThat(root.permissions()).isEqualTo(0711);
            assertThat(root.uid()).isEqualTo(5);
            assertThat(root.mtimeSeconds()).isEqualTo(42);
        }
    }

    @Test
    void theRootCannotBecomeSomethingElse() {
        assertRefused("root directory", tar().symlink("./", "/etc"));
        assertRefused("root directory", tar().file("/", ""));
    }

    @Test
    void hardLinksShareAnInodeWithinALayer() {
        FileTree tree = merge(tar().file("a", "1").hardLink("d/b", "a").hardLink("c", "/d/b"));

        assertThat(TreeText.find(tree, "d/b"))
                .isSameAs(TreeText.find(tree, "a"))
                .isSameAs(TreeText.find(tree, "c"));
        assertThat(TreeText.find(tree, "a").names()).isEqualTo(3);
    }

    @Test
    void hardLinksReachIntoLowerLayers() {
        FileTree tree = merge(tar().file("a", "1"), tar().hardLink("b", "a"));

        assertThat(TreeText.find(tree, "b")).isSameAs(TreeText.find(tree, "a"));
    }

    @Test
    void replacingOneNameLeavesTheOthers() {
        FileTree tree = merge(tar().file("a", "1").hardLink("b", "a"), tar().file("a", "22"));

        assertThat(TreeText.of(tree)).containsExactly("f a 2", "f b 1");
        assertThat(TreeText.find(tree, "b").names()).isEqualTo(1);
    }

    @Test
    void hardLinksToSymlinksLinkTheSymlink() {
        FileTree tree = merge(tar().file("t", "1").symlink("s", "t").hardLink("h", "s"));

        assertThat(TreeText.of(tree)).containsExactly("l h -> t", "l s -> t", "f t 1");
        assertThat(TreeText.find(tree, "h")).isSameAs(TreeText.find(tree, "s"));
    }

    @Test
    void hardLinkTargetsGoThroughSymlinkedDirectories() {
        assertThat(merged(tar().file("usr/lib/x", "1").symlink("lib", "usr/lib").hardLink("y", "lib/x")))
                .contains("f y 1");
    }

    @Test
    void aHardLinkToItselfChangesNothing() {
        assertThat(merged(tar().file("a", "1").hardLink("a", "./a"))).containsExactly("f a 1");
    }

    @Test
    void hardLinksToNothingAreRefused() {
        assertRefused("\"nowhere\", which does not exist", tar().hardLink("a", "nowhere"));
        assertRefused("does not exist", tar().hardLink("a", "b").file("b", ""));
        assertRefused("directory", tar().directory("d/").hardLink("a", "d"));
        assertRefused("does not exist", tar().hardLink("a", "/"));
    }

    @Test
    void entriesGoThroughSymlinkedDirectories() {
        assertThat(merged(tar().directory("usr/bin/").symlink("bin", "usr/bin"), tar().file("bin/sh", "1")))
                .containsExactly("l bin -> usr/bin", "d usr", "d usr/bin", "f usr/bin/sh 1");
    }

    @Test
    void absoluteSymlinksStayInsideTheRoot() {
        assertThat(merged(tar().symlink("evil", "/etc").file("evil/passwd", "1")))
                .containsExactly("d etc", "f etc/passwd 1", "l evil -> /etc");
    }

    @Test
    void symlinksThatClimbEndAtTheRoot() {
        assertThat(merged(tar().symlink("d/evil", "../../../../tmp").file("d/evil/x/y", "1")))
                .containsExactly("d d", "l d/evil -> ../../../../tmp", "d tmp", "d tmp/x", "f tmp/x/y 1");
    }

    @Test
    void chainsOfSymlinksAreFollowed() {
        assertThat(merged(
                        tar().symlink("a", "b/./c")
                                .symlink("b", "x/../y")
                                .directory("y/")
                                .symlink("y/c", "/z"),
                        tar().file("a/f", "1")))
                .contains("d z", "f z/f 1")
                .doesNotContain("d x");
    }

    @Test
    void symlinkLoopsAreRefused() {
        assertRefused("circle", tar().symlink("a", "b").symlink("b", "a").file("a/x", ""));
        assertRefused("circle", tar().symlink("a", "a/a").file("a/x", ""));
    }

    @Test
    void aSymlinkAsTheLastComponentIsReplacedNotFollowed() {
        assertThat(merged(tar().symlink("a", "/etc/passwd").file("a", "1"))).containsExactly("f a 1");
    }

    @Test
    void entriesBelowAFileAreRefused() {
        assertRefused("no directory", tar().file("a", ""), tar().file("a/b", ""));
        assertRefused("no directory", tar().file("a", "").symlink("s", "a").file("s/b", ""));
    }

    @Test
    void pathsAreNormalised() {
        assertThat(merged(tar().file("/a", "")
                        .file("./b", "")
                        .file("c//d/./e", "")
                        .file("x/../f", "")
                        .file("g/", "")))
                .containsExactly("f a 0", "f b 0", "d c", "d c/d", "f c/d/e 0", "f f 0", "f g 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/../a", "a/../../b", "./../x", ".."})
    void pathsThatEscapeAreRefused(String path) {
        assertRefused("leads out of the image's root", tar().file(path, ""));
        assertRefused("leads out of the image's root", tar().file("x", "").hardLink("y", path));
    }

    @Test
    void impossibleNamesAreRefused() {
        assertRefused("256 bytes", tar().pax("path", "d/" + "n".repeat(256)).file("x", ""));
        assertRefused("empty path", tar().file("", ""));
        assertRefused("accepted", tar().pax("path", "d/".repeat(3000) + "f").file("x", ""));
        assertRefused("accepted", tar().pax("path", "dddddddd/".repeat(2000)).file("x", ""));
        assertRefused("0 bytes", tar().symlink("x", ""));
        assertRefused("4096 bytes", tar().pax("linkpath", "t".repeat(4096)).symlink("x", "t"));
    }

    @Test
    void socketsAreLeftOutWithAWarning() {
        assertThat(merged(tar().add("run/s", '0', e -> e.mode(0140666)).file("a", "")))
                .containsExactly("f a 0");
        assertThat(warnings).singleElement().asString().contains("\"run/s\" is a socket");
    }

    @Test
    void devicesAndFifosAreKept() {
        assertThat(merged(tar().add("c", '3', e -> e.device(1, 3))
                        .add("b", '4', e -> e.device(8, 1))
                        .add("p", '6', e -> {})))
                .containsExactly("b b 8:1", "c c 1:3", "p p");
    }

    @Test
    void namesNeedNotBeUtf8() {
        byte[] name = {'d', '/', (byte) 0xFF, (byte) 0x80};
        FileTree tree = merge(tar().add("x", '0', e -> e.path(name)));

        assertThat(TreeText.find(tree, "d")
                        .sortedChildren()
                        .iterator()
                        .next()
                        .getKey()
                        .bytes())
                .isEqualTo(new byte[] {(byte) 0xFF, (byte) 0x80});
    }

    @Test
    void contentRemembersWhichBlocksOfItsLayersRegionItHas() {
        FileTree tree = merge(
                tar().file("a", "1"), tar().file("hidden", "x".repeat(5000)).file("b", "22"));

        LayerContent content = (LayerContent) TreeText.find(tree, "b").content();
        assertThat(content.layer()).isEqualTo(1);
        assertThat(content.firstBlock()).isEqualTo(2);
    }

    @Test
    void moreFilesThanTheMemoryHoldsAreRefusedWithAdvice() {
        TestTar many = tar();
        for (int i = 0; i < 100; i++) {
            many.file("directory/file-" + i, "1");
        }

        assertThatThrownBy(() -> merge(20_000, many))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("too many files")
                .hasMessageContaining("larger heap");
        assertThat(merge(40_000, many).inodes()).hasSize(102);
    }

    @Test
    void filesThatUpperLayersReplaceDoNotCountForTheMemory() {
        TestTar[] layers = new TestTar[30];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = tar();
            for (int i = 0; i < 50; i++) {
                layers[layer].file("file-" + i, "1");
            }
        }

        assertThat(merge(20_000, layers).inodes()).hasSize(51);
    }

    private static TestTar tar() {
        return new TestTar();
    }

    private List<String> merged(TestTar... layers) {
        return TreeText.of(merge(layers));
    }

    private void assertRefused(String message, TestTar... layers) {
        assertThatThrownBy(() -> merge(layers))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("layer " + (layers.length - 1));
    }

    private FileTree merge(TestTar... layers) {
        return merge(Long.MAX_VALUE, layers);
    }

    private FileTree merge(long treeBytes, TestTar... layers) {
        LayerMerger merger = new LayerMerger(treeBytes, warnings::add);
        for (int i = 0; i < layers.length; i++) {
            merger.apply(index(layers[i]), i, "layer " + i);
        }
        return merger.tree();
    }

    private static LayerIndex index(TestTar tar) {
        LayerIndex index = new LayerIndex();
        try {
            TarReader reader = new TarReader(TestTar.chunks(tar.build()), "layer");
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                index.add(entry);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return index;
    }
}
