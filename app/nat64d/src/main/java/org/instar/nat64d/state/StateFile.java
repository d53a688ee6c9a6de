// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.state;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that is there whole or as it was before, also when the machine stops: written beside it, forced to the disk,
 * renamed. Only its owner may read it: it tells who talks to whom.
 */
final class StateFile {

    private static final int READ_BYTES = 1 << 18;

    /** Writes what is to be in the file. */
    interface Content {
        void writeTo(WritableByteChannel out) throws IOException, InterruptedException;
    }

    private final Path file;
    private final Path unfinished;
    private final Path refused;

    StateFile(Path file) {
        this.file = file.toAbsolutePath();
        this.unfinished = this.file.resolveSibling(file.getFileName() + ".tmp");
        this.refused = this.file.resolveSibling(file.getFileName() + ".refused");
    }

    /** @throws IOException when the file can't be written to */
    void check() throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a directory");
        }
        openUnfinished().close();
        Files.delete(unfinished);
    }

    private FileChannel openUnfinished() throws IOException {
        Files.deleteIfExists(unfinished);
        return FileChannel.open(unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Puts other content in the old one's place, or leaves that. */
    void replace(Content content) throws IOException, InterruptedException {
        try {
            try (FileChannel out = openUnfinished()) {
                content.writeTo(out);
                out.force(true);
            }
            move(unfinished, file);
        } catch (IOException | InterruptedException | RuntimeException e) {
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Keeps the file under another name, where the next one doesn't go. */
    Path setAside() throws IOException {
        move(file, refused);
        return refused;
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    InputStream open() throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), READ_BYTES);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
