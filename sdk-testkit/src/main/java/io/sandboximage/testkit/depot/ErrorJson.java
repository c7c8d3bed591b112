package io.sandboximage.testkit.depot;

import java.util.Locale;

/** An error as Connect writes it. */
final class ErrorJson {
    private ErrorJson() {}

    static String of(RpcFault fault) {
        return "{\"code\":" + quoted(fault.code()) + ",\"message\":" + quoted(fault.text()) + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
