package io.sandboximage.examples.quickstart;

import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.error.StorageException;
import io.sandboximage.filetree.FileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One layer of the sample image.
 *
 * @param target the directory that all files are below; {@code /} for a layer that is made in memory
 */
record SampleLayer(String target, List<SampleFile> files) {
    private static final String IN_MEMORY = "/";

    SampleLayer {
        files = List.copyOf(files);
    }

    /** A layer of root's files, made in memory. */
    static SampleLayer inMemory(List<SampleFile> files) {
        return new SampleLayer(IN_MEMORY, files);
    }

    /** @param staging an empty directory, for files that go by way of the disk */
    LayerSpec spec(Path staging) {
        if (target.equals(IN_MEMORY)) {
            LayerSpec layer = LayerSpec.empty();
            for (SampleFile file : files) {
                layer = add(layer, file);
            }
            return layer;
        }
        try {
            for (SampleFile file : files) {
                write(file, staging.resolve(relative(file.path())));
            }
        } catch (IOException e) {
            throw new StorageException("Could not write the files of the sample image to " + staging + ": " + e, e);
        }
        SampleFile first = files.get(0);
        return LayerSpec.directory(staging, target)
                .owner(first.uid(), first.gid())
                .keepHardLinks();
    }

    private static LayerSpec add(LayerSpec layer, SampleFile file) {
        return switch (file.type()) {
            case DIRECTORY -> layer.directory(file.path(), file.permissions());
            case SYMLINK -> layer.symlink(file.path(), file.text());
            case REGULAR ->
                file.contentFile().isPresent()
                        ? layer.file(file.path(), file.contentFile().get(), file.permissions())
                        : layer.file(file.path(), file.bytes(), file.permissions());
            default -> throw new IllegalStateException("The sample holds no " + file.type());
        };
    }

    private void write(SampleFile file, Path path) throws IOException {
        if (file.hardLink()) {
            Files.createLink(path, path.resolveSibling(Path.of(file.text()).getFileName()));
        } else if (file.type() == FileType.SYMLINK) {
            Files.createSymbolicLink(path, Path.of(file.text()));
        } else {
            Files.write(path, file.bytes());
            permissions(path, file.permissions());
        }
    }

    private static void permissions(Path path, int mode) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighest = PosixFilePermission.values();
        for (int i = 0; i < fromHighest.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                permissions.add(fromHighest[i]);
            }
        }
        view.setPermissions(permissions);
    }

    private String relative(String path) {
        return path.substring(target.length() + 1);
    }
}
