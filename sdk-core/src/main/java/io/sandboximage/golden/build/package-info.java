/** Golden caches are built when something asks for it: triggers, one build at a time for a project, limits, status, staleness. */
@NullMarked
package io.sandboximage.golden.build;

import org.jspecify.annotations.NullMarked;
