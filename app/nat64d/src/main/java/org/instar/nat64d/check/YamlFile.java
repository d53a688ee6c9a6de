// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** YAML files, whose errors name the file and the line. */
final class YamlFile {

    private YamlFile() {
    }

    /**
     * The tree of a file.
     *
     * @throws CaseException naming the file, and the line where it isn't YAML
     */
    static Map<String, Object> read(Path file) throws CaseException {
        YAMLMapper mapper = new YAMLMapper(YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
        try {
            String text = Files.readString(file);
            // an empty document is no tree to Jackson, but says that nothing is there
            boolean isEmpty = text.lines().allMatch(line -> line.isBlank() || line.startsWith("#"));
            return isEmpty ? Map.of() : mapper.readValue(text, new TypeReference<Map<String, Object>>() { });
        } catch (NoSuchFileException e) {
            throw new CaseException(file, "no such file", e);
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "?" : String.valueOf(e.getLocation().getLineNr());
            throw new CaseException(file, "line " + line + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("not YAML"), e);
        } catch (IOException e) {
            throw new CaseException(file, "cannot be read: " + e.getMessage(), e);
        }
    }
}
