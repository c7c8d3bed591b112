package io.sandboximage.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A JVM of its own that converts one image after the other, as a service does that has the SDK in it. */
final class ConversionService implements Closeable {
    private static final String HEAP = "-Xmx512m";

    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader results;

    private ConversionService(Process process) {
        this.process = process;
        requests = process.outputWriter(StandardCharsets.UTF_8);
        results = process.inputReader(StandardCharsets.UTF_8);
    }

    static ConversionService start(Jdk jdk, Path log) throws IOException {
        return new ConversionService(new ProcessBuilder(
                        jdk.home().resolve("bin/java").toString(),
                        HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ConversionService.class.getName())
                .redirectError(log.toFile())
                .start());
    }

    /** @param arguments of {@link ConvertImage} */
    Measurement convert(List<String> arguments) throws IOException {
        requests.write(String.join("\t", arguments));
        requests.newLine();
        requests.flush();
        String result = results.readLine();
        if (result == null) {
            throw new IOException("The service ended at " + arguments);
        }
        String[] seconds = result.split(" ", -1);
        return new Measurement(Double.parseDouble(seconds[0]), Double.parseDouble(seconds[1]), 0);
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = BenchmarkRun.out();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long start = System.nanoTime();
            long cpu = system.getProcessCpuTime();
            ConvertImage.main(line.split("\t", -1));
            out.println(Times.since(start) + " " + (system.getProcessCpuTime() - cpu) / 1e9);
        }
    }
}
