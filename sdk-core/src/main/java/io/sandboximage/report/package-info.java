/** The HTML build report of a run, made from its events. */
@NullMarked
package io.sandboximage.report;

import org.jspecify.annotations.NullMarked;
