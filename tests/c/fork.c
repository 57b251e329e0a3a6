/* Nonces across fork(): no parent, child or grandchild draws one that another has drawn. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NONCE_ROOM 64
#define CHILDREN 6
#define GRANDCHILDREN 2

static osign_oauth1_signer *signer;
static int pipe_in;
static size_t each;
static size_t nonce_len; /* Of every nonce. */

/* Sends nonces down the pipe: bare ones, and such as the signer draws. A write of this size is never mixed
   with another's. */
static int send_nonces(void)
{
    char nonce[NONCE_ROOM];
    size_t len, i;
    for (i = 0; i < each; i++) {
        if (i % 2 == 0) {
            if (osign_nonce(nonce, sizeof nonce, &len, NULL) != OSIGN_OK || len != nonce_len) {
                return 1;
            }
        } else {
            char header[512];
            const char *start;
            if (osign_oauth1_authorization(signer, "GET", "http://example.com/", NULL, NULL, 0, header, sizeof header,
                                           &len, NULL) != OSIGN_OK) {
                return 1;
            }
            start = strstr(header, "oauth_nonce=\"");
            if (start == NULL) {
                return 1;
            }
            memcpy(nonce, start + strlen("oauth_nonce=\""), nonce_len);
        }
        if (write(pipe_in, nonce, nonce_len) != (ssize_t)nonce_len) {
            return 1;
        }
    }
    return 0;
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return 1;
        }
    }
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A child, which has children in its turn: before it draws, and after. */
static int child(void)
{
    pid_t pids[GRANDCHILDREN];
    int i, failed = 0;
    for (i = 0; i < GRANDCHILDREN; i++) {
        if (i > 0) {
            failed |= send_nonces();
        }
        pids[i] = fork();
        if (pids[i] == 0) {
            _exit(send_nonces());
        }
    }
    for (i = 0; i < GRANDCHILDREN; i++) {
        failed |= pids[i] < 0 || wait_for(pids[i]);
    }
    return failed;
}

static char all[1 << 22]; /* Every nonce that came up the pipe. */

static void *collect(void *argument)
{
    int out = *(int *)argument;
    size_t used = 0;
    ssize_t got;
    while (used < sizeof all - 1 && (got = read(out, all + used, sizeof all - 1 - used)) > 0) {
        used += (size_t)got;
    }
    all[used] = '\0'; /* Nonces are text, so this tells the length. */
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, nonce_len);
}

static void *draw(void *argument)
{
    size_t *failed = (size_t *)argument;
    *failed = (size_t)send_nonces();
    return NULL;
}

/* `threads` of this process draw all the while that it forks. */
static void family(const char *name, size_t threads)
{
    pid_t pids[CHILDREN];
    pthread_t reader, drawers[8];
    size_t failures[8];
    int ends[2];
    size_t count, expected, i, doubles = 0, strange = 0;

    NEED(pipe(ends) == 0);
    pipe_in = ends[1];
    NEED(pthread_create(&reader, NULL, collect, &ends[0]) == 0);
    CHECK(send_nonces() == 0); /* The generator is seeded before the first fork. */
    for (i = 0; i < threads; i++) {
        NEED(pthread_create(&drawers[i], NULL, draw, &failures[i]) == 0);
    }
    for (i = 0; i < CHILDREN; i++) {
        fflush(NULL);
        pids[i] = fork();
        if (pids[i] == 0) {
            _exit(child());
        }
        NEED(pids[i] > 0);
        CHECK(send_nonces() == 0);
    }
    for (i = 0; i < CHILDREN; i++) {
        CHECK(wait_for(pids[i]) == 0);
    }
    for (i = 0; i < threads; i++) {
        NEED(pthread_join(drawers[i], NULL) == 0);
        CHECK(failures[i] == 0);
    }
    close(ends[1]);
    NEED(pthread_join(reader, NULL) == 0);
    close(ends[0]);

    expected = each * (1 + threads + CHILDREN + CHILDREN * (GRANDCHILDREN + GRANDCHILDREN - 1));
    count = strlen(all) / nonce_len;
    CHECK(strlen(all) == expected * nonce_len);
    strange = strlen(all) - strspn(all, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    CHECK(strange == 0);
    qsort(all, count, nonce_len, compare);
    for (i = 1; i < count; i++) {
        doubles += compare(all + (i - 1) * nonce_len, all + i * nonce_len) == 0;
    }
    CHECK(doubles == 0);
    printf("%s: %lu nonces of %d processes, %lu doubles\n", name, (unsigned long)count,
           1 + CHILDREN + CHILDREN * GRANDCHILDREN, (unsigned long)doubles);
}

static volatile int start;

static void *draw_first(void *argument)
{
    char nonce[NONCE_ROOM];
    size_t len;
    (void)argument;
    while (!start) {
    }
    osign_nonce(nonce, sizeof nonce, &len, NULL);
    return NULL;
}

/* A process that has drawn nothing yet, and forks while its threads draw their first: the child must find no
 * lock that is held by a thread which it has not. Its answer: 0 when its child drew a nonce too. */
static int fork_at_first(int round)
{
    const struct timespec moment = {0, 50000};
    pthread_t drawers[3];
    volatile int spin;
    pid_t pid;
    size_t i;
    for (i = 0; i < 3; i++) {
        if (pthread_create(&drawers[i], NULL, draw_first, NULL) != 0) {
            return 2;
        }
    }
    nanosleep(&moment, NULL);
    start = 1;
    for (spin = 0; spin < round * 37 % 4000; spin++) {
    }
    pid = fork();
    if (pid == 0) {
        char nonce[NONCE_ROOM];
        size_t len;
        alarm(10);
        _exit(osign_nonce(nonce, sizeof nonce, &len, NULL) == OSIGN_OK ? 0 : 1);
    }
    return pid > 0 ? wait_for(pid) : 2;
}

static void first_nonces(void)
{
    const int rounds = 1000;
    int round, hung = 0;
    if (sized(1, 0) == 0) {
        /* valgrind runs one thread at a time, and the middle process leaves its threads behind in the child. */
        printf("forks at the first nonce: left to the plain run\n");
        return;
    }
    for (round = 0; round < rounds; round++) {
        pid_t pid;
        fflush(NULL);
        pid = fork();
        if (pid == 0) {
            _exit(fork_at_first(round));
        }
        NEED(pid > 0);
        hung += wait_for(pid) != 0;
    }
    CHECK(hung == 0);
    printf("forks at the first nonce: %d of %d hung\n", hung, rounds);
}

static int handler_in, handler_runs;

/* The program's own handlers, which run farther from the fork than the library's, since they are registered later. For the
 * other way round see unload.c. */
static void draw_before(void)
{
    char nonce[NONCE_ROOM];
    size_t len;
    if (handler_runs) {
        NEED(osign_nonce(nonce, sizeof nonce, &len, NULL) == OSIGN_OK);
    }
}

static void draw_in_child(void)
{
    char nonce[NONCE_ROOM];
    size_t len;
    if (handler_runs && osign_nonce(nonce, sizeof nonce, &len, NULL) == OSIGN_OK) {
        (void)!write(handler_in, nonce, len);
    }
}

static void nonces_in_handlers(const char *when)
{
    char parents[NONCE_ROOM], childs[NONCE_ROOM];
    size_t len;
    int ends[2];
    pid_t pid;
    NEED(pipe(ends) == 0);
    handler_in = ends[1];
    handler_runs = 1;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    handler_runs = 0;
    NEED(pid > 0 && wait_for(pid) == 0);
    NEED(osign_nonce(parents, sizeof parents, &len, NULL) == OSIGN_OK);
    NEED(read(ends[0], childs, len) == (ssize_t)len);
    CHECK(memcmp(parents, childs, len) != 0);
    close(ends[0]);
    close(ends[1]);
    printf("handlers that draw %s: %s\n", when, memcmp(parents, childs, len) == 0 ? "the same nonce" : "another nonce");
}

int main(void)
{
    each = sized(1000, 50);
    /* Before anything is drawn here. */
    first_nonces();
    NEED(pthread_atfork(draw_before, NULL, draw_in_child) == 0);
    nonces_in_handlers("the first");
    nonces_in_handlers("another");
    NEED(osign_nonce(NULL, 0, &nonce_len, NULL) == OSIGN_OK && nonce_len > 1 && nonce_len <= NONCE_ROOM);
    nonce_len--; /* The size has room for the NUL. */
    NEED(osign_oauth1_signer_new("consumer", "secret", &signer, NULL) == OSIGN_OK);
    family("one thread", 0);
    family("four threads", 4);
    osign_oauth1_signer_free(signer);
    return checks_end("fork");
}
