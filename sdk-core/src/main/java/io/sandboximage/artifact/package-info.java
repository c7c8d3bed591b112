/**
 * Images of disks as OCI artifacts: cut into chunks by their content, so that registries and hosts hold once what several have in common.
 */
@NullMarked
package io.sandboximage.artifact;

import org.jspecify.annotations.NullMarked;
