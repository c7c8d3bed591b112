package io.sandboximage.golden.internal.dataroot;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a bbolt database anew, without the free pages that an old one has; {@link BoltFile} draws the format.
 *
 * <pre>
 * page 0, 1   the metas
 * page 2      the list of free pages: none
 * page 3 …    each bucket's leaves, then the branches above them; its last page is its root
 * </pre>
 */
final class BoltWriter {
    private static final int VERSION = 2;
    private static final int FREELIST = 0x10;
    private static final int META = 0x04;
    private static final int FREELIST_PAGE = 2;
    private static final int FIRST_PAGE = 3;
    /** With fewer a tree would not become narrower from level to level. */
    private static final int MIN_KEYS = 2;
    /** Of a page: what is smaller lies in the value itself. */
    private static final int INLINE_PART = 4;

    private final int pageSize;
    private final ByteArrayOutputStream pages = new ByteArrayOutputStream();
    private long nextPage = FIRST_PAGE;

    private BoltWriter(int pageSize) {
        this.pageSize = pageSize;
    }

    static byte[] write(BoltBucket root, int pageSize) {
        BoltWriter writer = new BoltWriter(pageSize);
        long rootPage = writer.tree(root);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int meta = 0; meta < 2; meta++) {
            file.writeBytes(writer.meta(meta, rootPage, root.sequence()));
        }
        file.writeBytes(writer.page(FREELIST_PAGE, FREELIST, 0, new byte[0]));
        file.writeBytes(writer.pages.toByteArray());
        return file.toByteArray();
    }

    /** Two of the same, by the last two transactions; the later one counts. */
    private byte[] meta(int id, long rootPage, long sequence) {
        byte[] meta = new byte[BoltFile.CHECKSUM_AT + Long.BYTES];
        ByteBuffer fields = ByteBuffer.wrap(meta)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(BoltFile.MAGIC)
                .putInt(VERSION)
                .putInt(pageSize)
                .putInt(0)
                .putLong(rootPage)
                .putLong(sequence)
                .putLong(FREELIST_PAGE)
                .putLong(nextPage)
                .putLong(2L + id);
        fields.putLong(BoltFile.checksum(fields, 0));
        return page(id, META, 0, meta);
    }

    /** Writes a bucket's pages, and gives its root. */
    private long tree(BoltBucket bucket) {
        List<Element> level = elements(bucket);
        int flag = BoltFile.LEAF;
        while (true) {
            List<Element> above = new ArrayList<>();
            for (List<Element> page : paged(level)) {
                byte[] content = content(page, flag);
                long id = nextPage;
                byte[] written = page(id, flag, page.size(), content);
                pages.writeBytes(written);
                nextPage += written.length / pageSize;
                above.add(new Element(page.isEmpty() ? new byte[0] : page.get(0).key, new byte[0], 0, id));
            }
            if (above.size() == 1) {
                return above.get(0).page;
            }
            level = above;
            flag = BoltFile.BRANCH;
        }
    }

    /** Values and buckets by their keys; the buckets' own pages are written. */
    private List<Element> elements(BoltBucket bucket) {
        SortedMap<String, Element> elements = new TreeMap<>();
        bucket.values().forEach((key, value) -> elements.put(key, new Element(bytes(key), value, 0, 0)));
        bucket.buckets()
                .forEach((key, inner) ->
                        elements.put(key, new Element(bytes(key), reference(inner), BoltFile.BUCKET, 0)));
        return List.copyOf(elements.values());
    }

    private byte[] reference(BoltBucket bucket) {
        if (bucket.buckets().isEmpty()) {
            List<Element> elements = elements(bucket);
            int size = BoltFile.PAGE_HEADER + size(elements);
            if (size <= pageSize / INLINE_PART) {
                return buffer(BoltFile.BUCKET_HEADER + size)
                        .putLong(0)
                        .putLong(bucket.sequence())
                        .put(header(0, BoltFile.LEAF, elements.size(), 0))
                        .put(content(elements, BoltFile.LEAF))
                        .array();
            }
        }
        return buffer(BoltFile.BUCKET_HEADER)
                .putLong(tree(bucket))
                .putLong(bucket.sequence())
                .array();
    }

    /** As many on each page as it takes; one that is larger than a page runs over into the next ones. */
    private List<List<Element>> paged(List<Element> elements) {
        List<List<Element>> all = new ArrayList<>();
        List<Element> page = new ArrayList<>();
        int size = BoltFile.PAGE_HEADER;
        for (Element element : elements) {
            if (page.size() >= MIN_KEYS && size + element.size() > pageSize) {
                all.add(page);
                page = new ArrayList<>();
                size = BoltFile.PAGE_HEADER;
            }
            page.add(element);
            size += element.size();
        }
        all.add(page);
        return all;
    }

    private static byte[] content(List<Element> elements, int flag) {
        byte[] bytes = new byte[size(elements)];
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int data = elements.size() * BoltFile.ELEMENT;
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            int position = data - i * BoltFile.ELEMENT;
            content.position(i * BoltFile.ELEMENT);
            if (flag == BoltFile.LEAF) {
                content.putInt(element.flags)
                        .putInt(position)
                        .putInt(element.key.length)
                        .putInt(element.value.length);
            } else {
                content.putInt(position).putInt(element.key.length).putLong(element.page);
            }
            content.position(data);
            content.put(element.key).put(element.value);
            data = content.position();
        }
        return bytes;
    }

    /** Whole pages: header, content, zeros. */
    private byte[] page(long id, int flag, int count, byte[] content) {
        int whole = (BoltFile.PAGE_HEADER + content.length + pageSize - 1) / pageSize;
        return buffer(whole * pageSize)
                .put(header(id, flag, count, whole - 1))
                .put(content)
                .array();
    }

    private static byte[] header(long id, int flag, int count, int overflow) {
        return buffer(BoltFile.PAGE_HEADER)
                .putLong(id)
                .putShort((short) flag)
                .putShort((short) count)
                .putInt(overflow)
                .array();
    }

    private static int size(List<Element> elements) {
        return elements.stream().mapToInt(Element::size).sum();
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @param page of a branch's child */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Element(byte[] key, byte[] value, int flags, long page) {
        int size() {
            return BoltFile.ELEMENT + key.length + value.length;
        }
    }
}
