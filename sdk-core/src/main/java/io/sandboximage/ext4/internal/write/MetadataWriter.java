package io.sandboximage.ext4.internal.write;

/** Writes all that is not file data. */
final class MetadataWriter {
    private MetadataWriter() {}

    static void write(Plan plan, ImageFile file) {
        XattrWriter xattrs = new XattrWriter(plan, file);
        NodeWriter nodes = new NodeWriter(plan, file, xattrs);
        InodeTableWriter table = new InodeTableWriter(plan, file);
        SuperblockWriter superblock = new SuperblockWriter(plan, file);
        nodes.write(table, 0);
        if (plan.geometry().resizeInode()) {
            new ResizeWriter(plan, file).write(table);
        }
        if (plan.journalBlocks() > 0) {
            JournalWriter journal = new JournalWriter(plan, file);
            superblock.journal(journal.write(table, nodes), journal.sizeBytes());
        }
        for (int position = 1; position < plan.contents().numbers().count(); position++) {
            nodes.write(table, position);
        }
        xattrs.writeValues(table, nodes);
        table.flush();
        nodes.flush();
        xattrs.writeBlocks();
        new GroupWriter(plan, file).write(nodes.directoriesByGroup());
        superblock.writeBackups();
        // Last, so that what was not finished is never taken for a file system.
        superblock.writePrimary();
    }
}
