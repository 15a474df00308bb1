package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher itself, in a project that is a shadow of ours: its Maven and its Java are scripts that tell on it. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    private static final String BUILDING = "gateway: building (the first time Maven also fetches what it needs) ...\n";

    @TempDir
    Path folder;

    private Path root;
    private Path source;
    private Path builds;

    /** What a run of the launcher has said, and its exit code. */
    private record Ran(String out, String err, int exitCode) {}

    @BeforeEach
    void makeProject() throws IOException {
        root = Files.createDirectories(folder.resolve("a project"));
        source = Files.createDirectories(root.resolve("gateway-cli/src/main")).resolve("Main.java");
        builds = folder.resolve("builds");
        for (Path file : List.of(root.resolve("pom.xml"), root.resolve("gateway-cli/pom.xml"), source, builds)) {
            Files.writeString(file, "");
        }
        Files.createDirectory(root.resolve(".mvn"));
        Files.copy(Path.of("..", "gateway"), root.resolve("gateway"));
        script(root.resolve("gateway"));
        script(
                Files.createDirectories(folder.resolve("bin")).resolve("mvn"),
                "echo built \"$@\" >> '" + builds + "'",
                "[ ! -e '" + folder + "/broken' ] || { echo 'it does not compile'; exit 1; }",
                "for module in protocol gateway-server gateway-client gateway-cli; do",
                "  mkdir -p $module/target",
                "  : > $module/target/$module.jar",
                "done",
                ": > protocol/target/protocol-tests.jar",
                "mkdir -p gateway-cli/target/lib",
                ": > gateway-cli/target/lib/other.jar");
        script(
                Files.createDirectories(folder.resolve("jdk/bin")).resolve("java"),
                "for arg; do case $arg in -XX:ArchiveClassesAtExit*) exit 0 ;; esac; done",
                "printf '<%s> ' \"$@\"",
                "exit 7");
    }

    @Test
    void itBuildsWhenItMustAndOnlyThen() throws Exception {
        Ran first = run("request", "a b", "*");
        assertThat(first.err()).isEqualTo(BUILDING);
        assertThat(first.out())
                .matches("(?s).*<-Dgateway.terminal=false> <-Dx=1> <-Dy=2> <-cp>"
                        + " <[^>]*/launcher/build-[0-9]+/gateway-cli.jar:[^>]*/protocol.jar:[^>]*/lib/other.jar>"
                        + " <io.socketgateway.cli.Main> <request> <a b> <\\*> ");
        assertThat(first.exitCode()).isEqualTo(7);
        assertThat(run("ping").err()).isEmpty();
        assertThat(builds).content().hasLineCount(1).contains("package", "-pl gateway-cli -am");

        changeAfterTheBuild(source);
        assertThat(run("ping").err()).isEqualTo(BUILDING);
        assertThat(run("ping").err()).isEmpty();

        changeAfterTheBuild(root.resolve("pom.xml"));
        Files.createFile(folder.resolve("broken"));
        Ran broken = run("ping");
        assertThat(broken.err()).isEqualTo(BUILDING + "it does not compile\ngateway: the build failed, see above\n");
        assertThat(broken.exitCode()).isEqualTo(2);
        Files.delete(folder.resolve("broken"));
        assertThat(run("ping").exitCode()).isEqualTo(7);
    }

    @Test
    void itWorksThroughLinksAndFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a project", "gateway"));
        Path linkToLink = Files.createSymbolicLink(folder.resolve("bin/gateway"), link);
        Ran ran = run(linkToLink, folder.resolve("jdk").toString(), "ping");
        assertThat(ran.out()).endsWith("<io.socketgateway.cli.Main> <ping> ");
        assertThat(builds).content().hasLineCount(1);
    }

    @Test
    void severalAtOnceBuildOnce() throws Exception {
        List<CompletableFuture<Ran>> runs = Stream.generate(() -> CompletableFuture.supplyAsync(() -> run("ping")))
                .limit(4)
                .toList();
        for (CompletableFuture<Ran> run : runs) {
            assertThat(run.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(7);
        }
        assertThat(builds).content().hasLineCount(1);
    }

    @Test
    void whatIsMissingIsSaid() throws Exception {
        Ran ran = run(root.resolve("gateway"), folder.resolve("nowhere").toString(), "ping");
        assertThat(ran.err())
                .isEqualTo("gateway: JAVA_HOME is " + folder + "/nowhere, and there is no bin/java in it\n");
        assertThat(ran.exitCode()).isEqualTo(2);
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");
        assertThat(run("ping").err())
                .isEqualTo("gateway: Java 17 or later is needed, and " + folder + "/jdk/bin/java is Java 11\n");
    }

    private Ran run(String... args) {
        return run(root.resolve("gateway"), folder.resolve("jdk").toString(), args);
    }

    private Ran run(Path launcher, String javaHome, String... args) {
        try {
            ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Stream.of(args))
                    .toList());
            builder.directory(folder.toFile());
            builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
            builder.environment().put("JAVA_HOME", javaHome);
            builder.environment().put("JAVA_OPTS", "-Dx=1 -Dy=2");
            Path err = Files.createTempFile(folder, "err", "");
            Process process = builder.redirectError(err.toFile()).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            return new Ran(out, Files.readString(err), exitCode);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a file newer than the build, whatever the clock's grain. */
    private void changeAfterTheBuild(Path file) throws IOException {
        FileTime built = Files.getLastModifiedTime(root.resolve("gateway-cli/target/launcher/current"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(built.toMillis() + 1));
    }

    private static void script(Path file, String... lines) throws IOException {
        if (lines.length > 0) {
            Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
