package io.sandboximage.ext4;

import java.util.List;

/**
 * What came of an extraction.
 *
 * @param entries how many names were made
 * @param bytes how much file data was written
 * @param notes what could not be made or kept, one line each with the path: devices, owners or attributes for which the user
 *     lacks the right
 */
public record Ext4Extraction(long entries, long bytes, List<String> notes) {
    public Ext4Extraction {
        notes = List.copyOf(notes);
    }
}
