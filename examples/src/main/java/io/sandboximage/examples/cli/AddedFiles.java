package io.sandboximage.examples.cli;

import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.error.InvalidRequestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file or folder of this machine that goes into a snapshot: {@code SRC:DST[:MODE[:UID:GID]]}. */
record AddedFiles(LayerSpec layer) {
    private static final Pattern FORM = Pattern.compile(
            "(?<source>.+?):(?<target>/[^:]*)(:(?<mode>[0-7]{1,4})?(:(?<uid>\\d{1,10}):(?<gid>\\d{1,10}))?)?");

    private static final int OCTAL = 8;

    /** @throws InvalidRequestException if the text has another form, or gives a folder a mode */
    static AddedFiles parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new InvalidRequestException("\"" + text
                    + "\" names no files to add: it should look like SRC:/DST[:MODE[:UID:GID]], for instance"
                    + " init:/sbin/init:755 or keys:/home/dev/.ssh::1000:1000");
        }
        Path source = Path.of(parts.group("source"));
        String target = parts.group("target");
        String mode = parts.group("mode");
        boolean folder = Files.isDirectory(source);
        if (folder && mode != null) {
            throw new InvalidRequestException(
                    "\"" + text + "\" gives a mode to a folder: what is in it keeps its own, so leave the mode empty");
        }
        LayerSpec layer;
        if (folder) {
            layer = LayerSpec.directory(source, target);
        } else if (mode == null) {
            layer = LayerSpec.empty().file(target, source);
        } else {
            layer = LayerSpec.empty().file(target, source, Integer.parseInt(mode, OCTAL));
        }
        String uid = parts.group("uid");
        return new AddedFiles(
                uid == null ? layer : layer.owner(Long.parseLong(uid), Long.parseLong(parts.group("gid"))));
    }
}
