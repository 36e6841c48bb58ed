#ifndef REELPRESS_CLINUX_SHIM_H
#define REELPRESS_CLINUX_SHIM_H

// Swift's Glibc module doesn't include these headers.
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/signal.h>
#include <sys/xattr.h>
#include <unistd.h>

/// sched_getaffinity is only declared for _GNU_SOURCE, and CPU_COUNT is a macro. Returns 0 on failure.
static inline int reelpress_processor_count(void) {
    unsigned char set[1024];
    extern int sched_getaffinity(int process, unsigned long size, void *mask);
    for (unsigned long i = 0; i < sizeof(set); i++) set[i] = 0;
    if (sched_getaffinity(0, sizeof(set), set) != 0) return 0;
    int count = 0;
    for (unsigned long i = 0; i < sizeof(set); i++) count += __builtin_popcount(set[i]);
    return count;
}

/// Has the kernel kill this process when the thread that started it ends. Swift can't call prctl itself: it is variadic.
static inline int reelpress_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

#endif
