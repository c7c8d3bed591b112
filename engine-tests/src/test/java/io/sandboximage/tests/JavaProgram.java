package io.sandboximage.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the tests, in processes of their own. */
public final class JavaProgram {
    private JavaProgram() {}

    /**
     * The command line that runs a class with this JDK and the class path of the tests.
     *
     * @param options of the JVM
     */
    public static List<String> line(List<String> options, Class<?> program, List<?> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        line.add("-cp");
        line.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        line.add(program.getName());
        arguments.forEach(argument -> line.add(argument.toString()));
        return line;
    }
}
