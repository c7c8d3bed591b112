package io.sandboximage.generated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Changes bytes whose meaning it does not know: flips, numbers at their limits, pieces left out, doubled or put elsewhere, the end. */
final class ByteChanges {
    private static final int[] NUMBERS = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, 0xFFFF, 128 << 20};
    private static final int MAX_PIECE = 64;

    private ByteChanges() {}

    /** @param from changes happen behind, most of them close to it or to the end */
    static byte[] change(byte[] bytes, int from, Random random) {
        byte[] changed = bytes.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && changed.length > from; i--) {
            changed = once(changed, from, random);
        }
        return changed;
    }

    private static byte[] once(byte[] bytes, int from, Random random) {
        int at = place(bytes.length, from, random);
        int piece = Math.min(1 + random.nextInt(MAX_PIECE), bytes.length - at);
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> spliced(bytes, at, at + piece, new byte[0]);
            case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + piece));
            case 3 -> spliced(bytes, at, at, new byte[piece]);
            case 4 -> {
                int target = place(bytes.length, from, random);
                System.arraycopy(bytes, at, bytes, target, Math.min(piece, bytes.length - target));
                yield bytes;
            }
            case 5, 6 -> {
                number(bytes, at, random);
                yield bytes;
            }
            default -> {
                bytes[at] ^= (byte) (random.nextBoolean() ? 1 << random.nextInt(8) : 1 + random.nextInt(255));
                yield bytes;
            }
        };
    }

    private static int place(int length, int from, Random random) {
        int room = length - from;
        return switch (random.nextInt(3)) {
            case 0 -> from + random.nextInt(Math.min(room, MAX_PIECE));
            case 1 -> length - 1 - random.nextInt(Math.min(room, MAX_PIECE));
            default -> from + random.nextInt(room);
        };
    }

    private static void number(byte[] bytes, int at, Random random) {
        ByteBuffer buffer =
                ByteBuffer.wrap(bytes).order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (at + Integer.BYTES <= bytes.length) {
            int old = buffer.getInt(at);
            buffer.putInt(
                    at, random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : old + random.nextInt(9) - 4);
        }
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        byte[] result = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(piece, 0, result, from, piece.length);
        System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
        return result;
    }
}
