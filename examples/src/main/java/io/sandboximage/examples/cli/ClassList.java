package io.sandboximage.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The list of loaded classes that the launcher lets the JVM write, for the archive from which later starts take them. Only that of
 * a start which did its work is kept: others may have ended early.
 */
public final class ClassList {
    /** Set by the launcher: the list that is being written; empty for none. */
    private static final String PROPERTY = "sandboximage.classes";

    private ClassList() {}

    /** To be called at the end. */
    public static void finish(boolean complete) {
        String name = System.getProperty(PROPERTY, "");
        if (name.isEmpty()) {
            return;
        }
        Path list = Path.of(name);
        try {
            if (complete) {
                // The JVM goes on writing to it: it is the file that is renamed, not what is in it.
                Files.move(
                        list, Path.of(name.substring(0, name.lastIndexOf('.'))), StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(list);
            }
        } catch (IOException ignored) {
            // Then later starts are as slow as this one.
        }
    }
}
