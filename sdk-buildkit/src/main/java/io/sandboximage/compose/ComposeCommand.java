package io.sandboximage.compose;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code docker compose …} command line. What its flags, files, variables and profiles mean is compose's to say: compose itself
 * makes the plan. Immutable.
 */
public final class ComposeCommand {
    private static final List<String> DOCKER_COMPOSE = List.of("docker", "compose");

    private final List<String> program;
    private final List<String> arguments;
    private final Path directory;
    private final Map<String, String> environment;

    private ComposeCommand(
            List<String> program, List<String> arguments, Path directory, Map<String, String> environment) {
        this.program = List.copyOf(program);
        this.arguments = List.copyOf(arguments);
        this.directory = directory.toAbsolutePath();
        this.environment = Map.copyOf(environment);
    }

    /**
     * Any command line.
     *
     * @param arguments what follows {@code docker compose}
     */
    public static ComposeCommand of(List<String> arguments, Path directory, Map<String, String> environment) {
        return new ComposeCommand(DOCKER_COMPOSE, arguments, directory, environment);
    }

    /**
     * Reads a command line, in this process's environment.
     *
     * @param arguments what follows {@code docker compose}
     * @return empty if this is another command than {@code build}, or one with options that are not known
     */
    public static Optional<ComposeCommand> parse(List<String> arguments, Path directory) {
        return ComposeOptions.parse(arguments).map(options -> of(arguments, directory, System.getenv()));
    }

    /** With another program than {@code docker compose} from the path. */
    public ComposeCommand program(List<String> newProgram) {
        return new ComposeCommand(newProgram, arguments, directory, environment);
    }

    /** With one more variable in the environment, or another value for it. */
    public ComposeCommand environment(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new ComposeCommand(program, arguments, directory, more);
    }

    /**
     * Finds out who has to run this. Nothing is built, and standard input is not read. Compose has to where the command line or
     * the project has what the SDK does not know, and where it refuses the project: its message and its exit code are the right
     * ones then. Where there is no compose, the SDK reads the project itself, if it can.
     *
     * @throws io.sandboximage.error.SandboxImageException without a compose, for what it would refuse or only it can read; an
     *     {@link InvalidRequestException} then names the attribute
     */
    public ComposeDecision decide() {
        Optional<ComposeOptions> options = ComposeOptions.parse(arguments);
        if (options.isEmpty()) {
            return new ComposeDecision.Delegate(
                    "the command line is no build, or has options that the SDK leaves to compose");
        }
        Optional<String> obstacle = ComposeEnvironment.obstacle(options.get().globals(), environment);
        if (obstacle.isPresent()) {
            return new ComposeDecision.Delegate(obstacle.get());
        }
        Optional<ComposeProcess.Printed> asked = ask();
        if (asked.isEmpty()) {
            return readAlone(options.get());
        }
        ComposeProcess.Printed printed = asked.get();
        if (printed.exitCode() != 0) {
            return new ComposeDecision.Delegate("compose refuses to build");
        }
        ComposePlan plan = printed.plan();
        if (!plan.notUnderstood().isEmpty()) {
            return new ComposeDecision.Delegate(
                    "the project has what the SDK does not know: " + String.join(", ", plan.notUnderstood()));
        }
        if (plan.targets().isEmpty()) {
            return new ComposeDecision.Delegate("there is nothing to build");
        }
        ComposeOptions known = options.get();
        return build(
                plan, ProjectFiles.environment(known.globals(), directory, environment), printed.messages(), known);
    }

    /** What there is to build, by our own reading of the project. */
    private ComposeDecision readAlone(ComposeOptions options) {
        ComposeReader.Described described = ComposeReader.describe(options, directory, environment);
        ComposePlan plan = described.plan().requireUnderstood();
        if (plan.targets().isEmpty()) {
            throw new InvalidRequestException("There is nothing to build: no service that was asked for has a build");
        }
        return build(plan, described.environment(), described.messages(), options);
    }

    private static ComposeDecision.Build build(
            ComposePlan plan, Map<String, String> variables, String messages, ComposeOptions options) {
        return new ComposeDecision.Build(
                plan,
                variables,
                messages,
                options.flags().progress().or(options.globals()::progress),
                options.flags().quiet());
    }

    /** Empty if there is no compose. */
    private Optional<ComposeProcess.Printed> ask() {
        try {
            return Optional.of(process().print()).filter(printed -> !printed.isOfDockerAlone());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * Asks compose what it would build.
     *
     * @throws NotFoundException if there is no compose
     * @throws InvalidRequestException if compose refuses the command line or the project; the message is compose's own
     * @throws io.sandboximage.error.InvalidContentException if compose is too old to tell
     */
    public ComposePlan plan() {
        ComposeProcess.Printed printed = process().print();
        if (printed.exitCode() != 0) {
            throw new InvalidRequestException("docker compose refuses to build (exit code " + printed.exitCode() + "): "
                    + printed.messages().strip());
        }
        return printed.plan();
    }

    /**
     * Lets compose itself run the command line, with this process's standard streams.
     *
     * @return its exit code
     * @throws NotFoundException if there is no compose
     * @throws CancelledException if the thread is interrupted; compose is told to end, and has ended
     */
    public int delegate() {
        return process().run();
    }

    /**
     * The same, with another place for what compose writes to standard output.
     *
     * @param output stays open
     */
    public int delegate(OutputStream output) {
        return process().run(output);
    }

    private ComposeProcess process() {
        return new ComposeProcess(program, arguments, directory, environment);
    }
}
