/** What pipelines made, recorded as secrets in Doppler. */
@NullMarked
package io.sandboximage.doppler;

import org.jspecify.annotations.NullMarked;
