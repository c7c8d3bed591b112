package io.sandboximage.golden.internal.dataroot;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an engine has content that it only reads, and that a link can stand for.
 *
 * @param content folder or file
 * @param key by what it contains, fit for a file's name; empty if nothing tells
 */
public record LayerPlace(Path content, Optional<String> key) {}
