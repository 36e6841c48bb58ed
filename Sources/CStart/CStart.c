#include "CStart.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Priority 101 is the first that programs may have: the Swift runtime, where it is linked in, reads its variable in a
// constructor without one. glibc hands main's arguments to constructors.
__attribute__((constructor(101))) static void set_defaults(int argc, char **argv) {
    // Swift's helper for backtraces is not in the package: looking for it costs time, and the process where /proc is
    // missing.
    setenv("SWIFT_BACKTRACE", "enable=no,swift-backtrace=/", 0);

    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (slash == NULL) {
        return;
    }
    char certificates[PATH_MAX];
    int length = snprintf(certificates, sizeof certificates, "%.*s/certificates", (int)(slash - argv[0]), argv[0]);
    if (length < (int)sizeof certificates && access(certificates, R_OK) == 0) {
        setenv("SSL_CERT_DIR", certificates, 0);
    }
}
