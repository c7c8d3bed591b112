package io.sandboximage.internal.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An ordered list of patterns of which the last one that matches decides; what a parent matched, its children match. */
public final class PathPatterns {
    private final List<PathPattern> patterns;

    private PathPatterns(List<PathPattern> patterns) {
        this.patterns = patterns;
    }

    public static PathPatterns parse(List<String> texts) {
        List<PathPattern> patterns = new ArrayList<>();
        for (String text : texts) {
            if (!text.isBlank()) {
                patterns.add(PathPattern.parse(text));
            }
        }
        return new PathPatterns(patterns);
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** @param parent the match of the directory that holds {@code path}; {@link #atRoot} for the top */
    public Match match(String path, Match parent) {
        boolean[] each = new boolean[patterns.size()];
        boolean matched = false;
        for (int i = 0; i < each.length; i++) {
            PathPattern pattern = patterns.get(i);
            boolean hit = parent.each[i];
            if (!hit) {
                if (pattern.exception() != matched) {
                    continue; // It could change nothing.
                }
                hit = pattern.matches(path);
            }
            each[i] = hit;
            if (hit) {
                matched = !pattern.exception();
            }
        }
        return new Match(matched, each);
    }

    public Match atRoot() {
        return new Match(false, new boolean[patterns.size()]);
    }

    /** Whether, below a directory, nothing can match that is an exception ({@code true}) or is none ({@code false}). */
    public boolean noneBelow(String directory, boolean exceptions) {
        Predicate<PathPattern> kind = p -> p.exception() == exceptions;
        // One pattern of the kind with wildcards in the middle, and nothing can be ruled out.
        return patterns.stream().filter(kind).allMatch(PathPattern::prefixOnly)
                && patterns.stream().filter(kind).noneMatch(p -> p.couldMatchBelow(directory));
    }

    /** The result for one path, and what its children need of it. */
    public static final class Match {
        private final boolean matched;
        private final boolean[] each;

        private Match(boolean matched, boolean[] each) {
            this.matched = matched;
            this.each = each;
        }

        public boolean matched() {
            return matched;
        }
    }
}
