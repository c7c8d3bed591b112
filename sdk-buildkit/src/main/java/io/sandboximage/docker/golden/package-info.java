/** Engines on golden data: what fills drafts, tries generations before they are published, and runs on sessions. */
@NullMarked
package io.sandboximage.docker.golden;

import org.jspecify.annotations.NullMarked;
