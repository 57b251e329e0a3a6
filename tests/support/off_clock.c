/* A clock that is off by OSIGN_CLOCK_OFF seconds: for the tests of the command line and of the extension for 1C, by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
    int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const char *off = getenv("OSIGN_CLOCK_OFF");
    int result = real(clock, time);
    if (!result && off && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += atol(off);
    return result;
}
