// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntSupplier;
import org.instar.core.path.ShardSelector;

/**
 * The secret keys by which clients are dealt out to shards, in a file beside the snapshot: sessions that outlive the
 * process have to find the shard that has their port block. A file of hexadecimal numbers, one a line, for its owner
 * only.
 */
public final class ShardKeys {

    private static final String SUFFIX = ".keys";

    private ShardKeys() {
    }

    /**
     * The keys of before, or new ones, which are kept.
     *
     * @param stateFile the snapshot's
     * @throws IOException naming the file: it can't be read or written, or is no file of keys
     */
    public static IntSupplier of(Path stateFile) throws IOException {
        Path file = stateFile.resolveSibling(stateFile.getFileName() + SUFFIX);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            lines = make(file);
        }
        if (lines.size() != ShardSelector.KEYS) {
            throw new IOException(file + ": " + lines.size() + " lines, not " + ShardSelector.KEYS);
        }
        List<Integer> keys = new ArrayList<>();
        for (String line : lines) {
            try {
                keys.add(HexFormat.fromHexDigits(line));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": not eight hexadecimal digits: '" + line + "'", e);
            }
        }
        return keys.iterator()::next;
    }

    private static List<String> make(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ShardSelector.KEYS; i++) {
            lines.add(HexFormat.of().toHexDigits(random.nextInt()));
        }
        byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            new StateFile(file).replace(out -> {
                for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                    out.write(rest);
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(file + ": interrupted", e);
        }
        return lines;
    }
}
