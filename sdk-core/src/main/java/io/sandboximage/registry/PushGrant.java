package io.sandboximage.registry;

/**
 * What lets another program push to one repository in our name: for some minutes where the registry gives tokens, and for as long
 * as the password is good where it takes passwords. {@code toString} never shows the secret.
 *
 * @param scheme as an {@code Authorization} header begins, {@code Bearer} or {@code Basic}
 * @param token what follows there
 */
public record PushGrant(String scheme, String token) {
    @Override
    public String toString() {
        return "PushGrant[scheme=" + scheme + ", token=***]";
    }
}
