/** The front door: the pipeline, its ports (builder, source, sink, snapshotter, recorder) and their results. */
@NullMarked
package io.sandboximage;

import org.jspecify.annotations.NullMarked;
