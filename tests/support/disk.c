/* A disk that is cut off: for the tests of the store, by LD_PRELOAD.
 *
 * Of what is done to files below OSIGN_DISK_FOLDER, the step numbered OSIGN_DISK_STEP is not done: the process is killed in
 * its place. Below OSIGN_DISK_SYNCED stands what the disk holds at that time, if no more of a file is on it than what was
 * last synced. Names are taken to be on the disk at once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int below(const char *path) {
    const char *folder = getenv("OSIGN_DISK_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder)) && !strstr(path, "-shm");
}

static const char *path_of(int fd, char path[PATH_MAX]) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, PATH_MAX - 1);
    if (len < 0) return NULL;
    path[len] = 0;
    return below(path) ? path : NULL;
}

static void step(void) {
    static int steps;
    const char *last = getenv("OSIGN_DISK_STEP");
    if (last && ++steps == atoi(last)) kill(getpid(), SIGKILL);
}

static void synced_path(const char *path, char synced[PATH_MAX]) {
    const char *folder = getenv("OSIGN_DISK_FOLDER");
    snprintf(synced, PATH_MAX, "%s%s", getenv("OSIGN_DISK_SYNCED"), path + strlen(folder));
}

static void now_synced(const char *path) {
    char synced[PATH_MAX], bytes[65536];
    ssize_t len;
    if (!getenv("OSIGN_DISK_SYNCED")) return;
    synced_path(path, synced);
    int from = open(path, O_RDONLY), to = open(synced, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (from < 0 || to < 0) abort();
    while ((len = REAL(read)(from, bytes, sizeof bytes)) > 0)
        if (REAL(write)(to, bytes, len) != len) abort();
    REAL(close)(to);
    REAL(close)(from);
}

ssize_t write(int fd, const void *bytes, size_t len) {
    char path[PATH_MAX];
    if (path_of(fd, path)) step();
    return REAL(write)(fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at) {
    char path[PATH_MAX];
    if (path_of(fd, path)) step();
    return REAL(pwrite)(fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at) {
    char path[PATH_MAX];
    if (path_of(fd, path)) step();
    return REAL(pwrite64)(fd, bytes, len, at);
}

int ftruncate(int fd, off_t len) {
    char path[PATH_MAX];
    if (path_of(fd, path)) step();
    return REAL(ftruncate)(fd, len);
}

int ftruncate64(int fd, off64_t len) {
    char path[PATH_MAX];
    if (path_of(fd, path)) step();
    return REAL(ftruncate64)(fd, len);
}

static int sync_by(int fd, int (*sync)(int)) {
    char path[PATH_MAX];
    const char *found = path_of(fd, path);
    if (found) step();
    int result = sync(fd);
    if (found && !strchr("/", path[strlen(path) - 1]) && strstr(path, ".db")) now_synced(path);
    return result;
}

int fsync(int fd) { return sync_by(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_by(fd, REAL(fdatasync)); }

int unlink(const char *path) {
    char synced[PATH_MAX];
    if (below(path)) {
        step();
        if (getenv("OSIGN_DISK_SYNCED")) {
            synced_path(path, synced);
            REAL(unlink)(synced);
        }
    }
    return REAL(unlink)(path);
}
