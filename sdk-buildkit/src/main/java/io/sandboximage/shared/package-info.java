/** One BuildKit and one registry for many clients, kept running as containers of an engine or as processes of this machine. */
@NullMarked
package io.sandboximage.shared;

import org.jspecify.annotations.NullMarked;
