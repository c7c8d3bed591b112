package io.sandboximage.depot.project;

/**
 * A token that was just made.
 *
 * @param secret what calls carry; it is never shown again
 */
public record NewProjectToken(String id, String secret) {
    @Override
    public String toString() {
        return "NewProjectToken[id=" + id + ", secret=***]";
    }
}
