package io.sandboximage.examples.cli;

import io.sandboximage.Recorder;
import io.sandboximage.doppler.DopplerConfig;
import io.sandboximage.doppler.DopplerRecorder;
import io.sandboximage.record.GitHubRecorder;
import io.sandboximage.record.Recorders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code --record} says. */
final class PipelineRecords {
    private static final Pattern ENV = Pattern.compile("env:(.+):([^:]+)");
    private static final Pattern JSON = Pattern.compile("json:(.+)");
    private static final Pattern GITHUB = Pattern.compile("github");
    private static final Pattern DOPPLER = Pattern.compile("doppler:(.+)");

    private PipelineRecords() {}

    /** Why these are no records, if they are none. */
    static Optional<String> complaint(List<String> texts) {
        return texts.stream()
                .filter(text -> List.of(ENV, JSON, GITHUB, DOPPLER).stream()
                        .noneMatch(form -> form.matcher(text).matches()))
                .findFirst()
                .map(text -> "\"" + text + "\" is no record: write env:FILE:NAME, json:FILE, github or doppler:NAME");
    }

    /** Only those that {@link #complaint} says nothing of. */
    static List<Recorder> parse(List<String> texts, Map<String, String> environment) {
        return texts.stream().map(text -> parse(text, environment)).toList();
    }

    private static Recorder parse(String text, Map<String, String> environment) {
        Matcher env = ENV.matcher(text);
        if (env.matches()) {
            return Recorders.envFile(Path.of(env.group(1)), env.group(2));
        }
        Matcher json = JSON.matcher(text);
        if (json.matches()) {
            return Recorders.json(Path.of(json.group(1)));
        }
        Matcher doppler = DOPPLER.matcher(text);
        if (doppler.matches()) {
            Path home = Path.of(System.getProperty("user.home", "."));
            return DopplerRecorder.to(DopplerConfig.detect(Path.of(""), environment, home))
                    .set(doppler.group(1), Recorders.reference());
        }
        return GitHubRecorder.fromEnvironment(environment)
                .output("digest", Recorders.imageDigest())
                .output("reference", Recorders.reference())
                .summary();
    }
}
