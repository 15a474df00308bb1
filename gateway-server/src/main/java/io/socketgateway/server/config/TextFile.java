package io.socketgateway.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file of UTF-8; a {@link ConfigException} names the file and why it cannot be read. */
final class TextFile {
    private TextFile() {}

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new ConfigException(path + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw new ConfigException(path + ": not UTF-8");
        } catch (IOException e) {
            throw new ConfigException(path + ": cannot be read: " + e.getMessage());
        }
    }
}
