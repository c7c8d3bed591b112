/** What lies in a Docker engine's data root, read and mended without an engine. */
@NullMarked
package io.sandboximage.golden.internal.dataroot;

import org.jspecify.annotations.NullMarked;
