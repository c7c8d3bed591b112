package io.sandboximage.report;

import io.sandboximage.internal.json.JsonView;
import io.sandboximage.testkit.engine.BrowserProcess;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Whether a browser has drawn the bars of a report's timeline: where it says that it put them the picture has their colours. */
final class ChartCheck {
    private static final int MAX_BYTES = 4_000_000;
    private static final double MIN_SHARE = 0.9;

    /** Of each bar the whole pixels, without the rows of its round corners: pixels that it covers in part have a mixed colour. */
    private static final String BARS = """
        JSON.stringify({bars: [...document.querySelectorAll('.chart .bar')].map(bar => {
          const box = bar.getBoundingClientRect();
          const look = getComputedStyle(bar);
          const round = Math.min(parseFloat(look.borderRadius), box.width / 2);
          const x = Math.ceil(box.left + scrollX), y = Math.ceil(box.top + scrollY + round);
          return {x: x, y: y,
                  width: Math.floor(box.right + scrollX) - x, height: Math.floor(box.bottom + scrollY - round) - y,
                  colour: look.backgroundColor};
        })})\
        """;

    private ChartCheck() {}

    /** How many pixels of the chart have the colour of the bar that is there. */
    static long paintedPixels(BrowserProcess browser) {
        BufferedImage picture = browser.pixels();
        long painted = 0;
        for (JsonView bar : bars(browser)) {
            painted += painted(picture, bar);
        }
        return painted;
    }

    /** @throws AssertionError if there is no bar, or one of them cannot be seen */
    static void assertDrawn(BrowserProcess browser) {
        BufferedImage picture = browser.pixels();
        List<JsonView> bars = bars(browser);
        if (bars.isEmpty()) {
            throw new AssertionError("The chart has no bars");
        }
        for (JsonView bar : bars) {
            long all = bar.requireNumber("width") * bar.requireNumber("height");
            if (all < 9 || painted(picture, bar) < all * MIN_SHARE) {
                throw new AssertionError("The bar " + bar.members() + " cannot be seen");
            }
        }
    }

    private static List<JsonView> bars(BrowserProcess browser) {
        byte[] json = browser.evaluate(BARS).getBytes(StandardCharsets.UTF_8);
        return new ArrayList<>(JsonView.parse(json, MAX_BYTES, "bars").objects("bars"));
    }

    private static long painted(BufferedImage picture, JsonView bar) {
        int wanted = rgb(bar.requireString("colour"));
        long found = 0;
        int bottom = (int) (bar.requireNumber("y") + bar.requireNumber("height"));
        int right = (int) (bar.requireNumber("x") + bar.requireNumber("width"));
        for (int y = (int) bar.requireNumber("y"); y < Math.min(bottom, picture.getHeight()); y++) {
            for (int x = (int) bar.requireNumber("x"); x < Math.min(right, picture.getWidth()); x++) {
                found += (picture.getRGB(x, y) & 0xFFFFFF) == wanted ? 1 : 0;
            }
        }
        return found;
    }

    /** Of {@code rgb(47, 111, 222)}. */
    private static int rgb(String css) {
        String[] parts = css.replaceAll("[^0-9,]", "").split(",");
        return Integer.parseInt(parts[0]) << 16 | Integer.parseInt(parts[1]) << 8 | Integer.parseInt(parts[2]);
    }
}
