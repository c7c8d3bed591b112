/** The one place that sets up HTTP: timeouts, pools, retries, redirects, redaction, and statuses as exceptions. */
@NullMarked
package io.sandboximage.internal.http;

import org.jspecify.annotations.NullMarked;
