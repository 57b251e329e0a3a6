/* Loads and unloads the library a thousand times; the process must neither grow nor fall.
 *
 * It is not linked with libosign, or dlclose() would unload nothing. Its arguments are the library's path, and, for stores
 * as well, those of provider.h: the folder has the store that shared.c leaves.
 */
#define _POSIX_C_SOURCE 200809L
#include "provider.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>

typedef osign_status (*new_function)(const char *, const char *, osign_oauth1_signer **, osign_error **);
typedef osign_status (*authorization_function)(const osign_oauth1_signer *, const char *, const char *, const char *,
                                               const void *, size_t, char *, size_t, size_t *, osign_error **);
typedef osign_status (*nonce_function)(char *, size_t, size_t *, osign_error **);
typedef void (*free_function)(osign_oauth1_signer *);

static const char *path;

/* POSIX has dlsym() answer with an object pointer; C has no cast from that to a function's. */
static int find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, size);
    return symbol != NULL;
}

typedef osign_status (*open_function)(const char *, const void *, size_t, osign_store **, osign_error **);
typedef osign_status (*token_function)(const osign_store *, const char *, int64_t, osign_token **, osign_error **);
typedef osign_status (*refused_function)(const osign_store *, const char *, int64_t, int, osign_error **);
typedef int64_t (*generation_function)(const osign_token *);
typedef void (*free_store_function)(osign_store *);
typedef void (*free_token_function)(osign_token *);

static int asks_the_service;

/* Opens a store, and has a token of it; a new one, where the service is to be asked. */
static int use_store(void *library)
{
    open_function store_open;
    token_function access_token;
    refused_function refused;
    generation_function generation;
    free_store_function store_free;
    free_token_function token_free;
    osign_store *store = NULL;
    osign_token *token = NULL;
    char url[1024];
    int ok = find(library, "osign_store_open", &store_open, sizeof store_open) &&
             find(library, "osign_store_access_token", &access_token, sizeof access_token) &&
             find(library, "osign_store_refused", &refused, sizeof refused) &&
             find(library, "osign_token_generation", &generation, sizeof generation) &&
             find(library, "osign_store_free", &store_free, sizeof store_free) &&
             find(library, "osign_token_free", &token_free, sizeof token_free) &&
             store_open(store_url(url, sizeof url, "shared"), KEY, strlen(KEY), &store, NULL) == OSIGN_OK &&
             access_token(store, "crm", 0, &token, NULL) == OSIGN_OK;
    if (ok && asks_the_service) {
        ok = refused(store, "crm", generation(token), 401, NULL) == OSIGN_OK;
    }
    if (token != NULL) {
        token_free(token);
    }
    if (store != NULL) {
        store_free(store);
    }
    return ok;
}

/* Loads, draws a nonce, signs, gets a token, unloads. */
static int use_once(void)
{
    new_function signer_new;
    authorization_function authorization;
    nonce_function nonce;
    free_function signer_free;
    osign_oauth1_signer *signer = NULL;
    char text[512];
    size_t len = 0;
    int ok;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 0;
    }
    ok = find(library, "osign_oauth1_signer_new", &signer_new, sizeof signer_new) &&
         find(library, "osign_oauth1_authorization", &authorization, sizeof authorization) &&
         find(library, "osign_nonce", &nonce, sizeof nonce) &&
         find(library, "osign_oauth1_signer_free", &signer_free, sizeof signer_free) &&
         nonce(text, sizeof text, &len, NULL) == OSIGN_OK && len > 0 && strlen(text) == len &&
         signer_new("key", "secret", &signer, NULL) == OSIGN_OK &&
         authorization(signer, "GET", "https://example.com/?a=1", NULL, NULL, 0, text, sizeof text, &len, NULL) ==
             OSIGN_OK &&
         strncmp(text, "OAuth ", 6) == 0;
    if (signer != NULL) {
        signer_free(signer);
    }
    ok = ok && (provider == NULL || use_store(library));
    return dlclose(library) == 0 && ok;
}

static int is_loaded(void)
{
    char line[4096];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL) {
        return -1;
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        found |= strstr(line, "libosign") != NULL;
    }
    fclose(maps);
    return found;
}

/* The memory that the process has in RAM, in KiB. */
static long resident(void)
{
    long pages = -1;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm == NULL || fscanf(statm, "%*d %ld", &pages) != 1) {
        pages = -1;
    }
    if (statm != NULL) {
        fclose(statm);
    }
    return pages < 0 ? -1 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int thread_is_done, thread_may_end;

/* A thread of the host's: it uses the library, and lives on when that is gone. */
static void *outlive(void *argument)
{
    *(int *)argument = use_once();
    pthread_mutex_lock(&mutex);
    thread_is_done = 1;
    pthread_cond_broadcast(&changed);
    while (!thread_may_end) {
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void a_thread_outlives_the_library(void)
{
    pthread_t thread;
    int ok = 0;
    thread_is_done = thread_may_end = 0;
    NEED(pthread_create(&thread, NULL, outlive, &ok) == 0);
    pthread_mutex_lock(&mutex);
    while (!thread_is_done) {
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    CHECK(is_loaded() == 0);
    pthread_mutex_lock(&mutex);
    thread_may_end = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    NEED(pthread_join(thread, NULL) == 0); /* Its thread-local destructors run now. */
    CHECK(ok);
}

static void a_fork_after_unloading(void)
{
    int status = -1;
    pid_t child;
    CHECK(is_loaded() == 0);
    fflush(NULL);
    child = fork(); /* Runs the handlers that pthread_atfork() was given and dlclose() has not taken back. */
    if (child == 0) {
        _exit(use_once() ? 0 : 1);
    }
    NEED(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static nonce_function drawn_by_handlers; /* NULL where they draw none. */
static int handler_in;

static void draw_before(void)
{
    char nonce[64];
    size_t len;
    if (drawn_by_handlers != NULL) {
        NEED(drawn_by_handlers(nonce, sizeof nonce, &len, NULL) == OSIGN_OK);
    }
}

static void draw_in_child(void)
{
    char nonce[64];
    size_t len;
    if (drawn_by_handlers != NULL && drawn_by_handlers(nonce, sizeof nonce, &len, NULL) == OSIGN_OK) {
        (void)!write(handler_in, nonce, len);
    }
}

/* Handlers that were registered before the library was loaded run nearer to the fork than its own. */
static void handlers_draw_amid_the_librarys(void)
{
    char parents[64], childs[64];
    nonce_function nonce;
    size_t len;
    pid_t child;
    int ends[2], status;
    void *library;
    NEED(pthread_atfork(draw_before, NULL, draw_in_child) == 0);
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    NEED(library != NULL && find(library, "osign_nonce", &nonce, sizeof nonce) && pipe(ends) == 0);
    NEED(nonce(parents, sizeof parents, &len, NULL) == OSIGN_OK);
    handler_in = ends[1];
    drawn_by_handlers = nonce;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        _exit(0);
    }
    drawn_by_handlers = NULL;
    NEED(child > 0 && waitpid(child, &status, 0) == child);
    NEED(nonce(parents, sizeof parents, &len, NULL) == OSIGN_OK);
    NEED(read(ends[0], childs, len) == (ssize_t)len);
    CHECK(memcmp(parents, childs, len) != 0);
    close(ends[0]);
    close(ends[1]);
    CHECK(dlclose(library) == 0);
}

/* The built-in client leaves no thread behind, nor anything that keeps the library. */
static void requests_of_the_library(void)
{
    const struct timespec time = {1, 100 * 1000 * 1000};
    long before = counted("refresh");
    control("{'access_lifetime': 1}");
    asks_the_service = 1;
    a_thread_outlives_the_library(); /* A token that was turned down. */
    asks_the_service = 0;
    nanosleep(&time, NULL);
    CHECK(use_once() && is_loaded() == 0); /* One that has ended. */
    control("{'access_lifetime': 3600}");
    nanosleep(&time, NULL);
    a_thread_outlives_the_library();
    CHECK(counted("refresh") == before + 3);
}

int main(int argc, char **argv)
{
    size_t times = sized(1000, 50), warm_up = times / 5, i, bad = 0;
    long before = 0, after;

    NEED(argc == 2 || argc == 4);
    path = argv[1];
    provider = argc == 4 ? argv[2] : NULL;
    folder = argc == 4 ? argv[3] : NULL;
    CHECK(is_loaded() == 0);
    handlers_draw_amid_the_librarys();
    /* The HTTP client's crate, ureq, leaves ten bytes behind when the library goes, which valgrind would call a leak. */
    if (provider != NULL && sized(1, 0)) {
        requests_of_the_library();
    }
    for (i = 0; i < times; i++) {
        bad += !use_once();
        if (i == warm_up) {
            before = resident();
        }
        if (i % 100 == 0) {
            a_thread_outlives_the_library();
            a_fork_after_unloading();
        }
    }
    after = resident();
    CHECK(bad == 0);
    CHECK(is_loaded() == 0);
    CHECK(before > 0 && after > 0);
    printf("loaded and unloaded %lu times: %ld KiB after %lu, %ld KiB at the end\n", (unsigned long)times, before,
           (unsigned long)warm_up, after);
    if (sized(1, 0)) {
        CHECK(after - before < 512); /* Less than a byte in a thousand of what was mapped. */
    }
    return checks_end("unload");
}
