package io.sandboximage.corpus;

import java.nio.file.Path;

/** A case's files, made. */
record CaseFolder(Path folder, Path context, Path dockerfile) {}
