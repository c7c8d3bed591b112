package io.sandboximage.report;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Puts a page together. All text passes {@link #text} or an attribute of {@link #open}, where nothing in it can become markup; the
 * names of elements and attributes are the program's own.
 */
final class Html {
    /** What XML and browsers refuse, and what turns the direction of writing, which can make a text read as another. */
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\p{Cc}&&[^\\n\\t]]|[\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");

    private final StringBuilder page = new StringBuilder(64 * 1024);

    /** Markup of the program's own. */
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /** @param attributes names and values in turns */
    Html open(String element, String... attributes) {
        page.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            page.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(safe(attributes[i + 1]))
                    .append('"');
        }
        page.append('>');
        return this;
    }

    Html close(String element) {
        page.append("</").append(element).append(">\n");
        return this;
    }

    Html text(String text) {
        page.append(safe(text));
        return this;
    }

    /** An element with text alone. */
    Html element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    /** The beginning of a table that scrolls by itself where the page is narrow; {@link #endTable} ends it. */
    Html table(String caption, List<String> columns) {
        open("div", "class", "scroll").open("table").element("caption", caption).raw("<thead><tr>");
        columns.forEach(column -> element("th", column, "scope", "col"));
        return raw("</tr></thead><tbody>\n");
    }

    Html endTable() {
        return raw("</tbody></table></div>\n");
    }

    /** A part of the page with its heading. */
    Html section(String id, String heading) {
        return open("section", "id", id, "aria-labelledby", id + "-heading")
                .element("h2", heading, "id", id + "-heading");
    }

    private static String safe(String text) {
        String clean = INVISIBLE.matcher(text).replaceAll("\ufffd");
        StringBuilder escaped = new StringBuilder(clean.length() + 16);
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
