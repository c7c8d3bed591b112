package io.sandboximage.depot.project;

/** The size of a project's machines, virtual processors and GiB of memory. */
public enum Hardware {
    CPU_4_MEMORY_4,
    CPU_8_MEMORY_8,
    CPU_8_MEMORY_16,
    /** What projects have unless told. */
    CPU_16_MEMORY_32,
    CPU_32_MEMORY_64,
    CPU_64_MEMORY_128,
    CPU_96_MEMORY_192,
    CPU_192_MEMORY_384
}
