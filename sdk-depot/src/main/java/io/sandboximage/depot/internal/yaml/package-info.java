/** The small YAML files that Depot's programs keep. */
@NullMarked
package io.sandboximage.depot.internal.yaml;

import org.jspecify.annotations.NullMarked;
