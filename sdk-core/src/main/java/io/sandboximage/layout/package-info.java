/** Images in local files by skopeo's names: OCI layout directories, oci-archive and docker-archive files. */
@NullMarked
package io.sandboximage.layout;

import org.jspecify.annotations.NullMarked;
