package io.sandboximage.report;

/** Asks a page how well its text can be told from what is behind it, by the formula of WCAG 2. */
final class Contrast {
    /** The worst ratio of all text of the page, as a number; 4.5 is what small text needs. */
    static final String WORST = """
        (() => {
          const parse = css => (css.match(/[\\d.]+/g) || []).map(Number);
          const light = ([r, g, b]) => {
            const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          const ground = element => {
            for (let e = element; e; e = e.parentElement) {
              const colour = parse(getComputedStyle(e).backgroundColor);
              if (colour.length === 3 || colour[3] > 0) return colour;
            }
            return [255, 255, 255];
          };
          let worst = 21;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (!node.data.trim()) continue;
            const a = light(parse(getComputedStyle(node.parentElement).color));
            const b = light(ground(node.parentElement));
            worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
          }
          return String(worst);
        })()\
        """;

    private Contrast() {}
}
