import Glibc

/// Has the C library put its memory on huge pages where the system lets programs ask for them.
///
/// x265 walks through hundreds of megabytes: with fewer page-table entries to look up, the same encode takes some
/// percent less processor time. glibc reads the wish once, when a program starts, so the program starts itself again.
///
/// Source: GNU C Library manual, "Memory Allocation Tunables", glibc.malloc.hugetlb.
enum HugePages {
    private static let variable = "GLIBC_TUNABLES"

    /// Returns where there is nothing to gain, or where somebody has set tunables of their own.
    static func ask() {
        guard Environment[variable] == nil, isUpToPrograms else { return }
        setenv(variable, "glibc.malloc.hugetlb=1", 0)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
    }

    /// Source: Linux kernel documentation, "Transparent Hugepage Support".
    private static var isUpToPrograms: Bool {
        SystemFile.lines("/sys/kernel/mm/transparent_hugepage/enabled").first?.contains("[madvise]") ?? false
    }
}
