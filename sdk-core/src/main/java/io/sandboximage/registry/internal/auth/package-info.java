/** How a registry's challenge becomes an Authorization header: challenge parser, scopes, token requests, token cache. */
@NullMarked
package io.sandboximage.registry.internal.auth;

import org.jspecify.annotations.NullMarked;
