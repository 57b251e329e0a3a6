/* One store for 8 threads and for a child: each has an access token, and where a new one is needed, one of them sends for it.
 *
 *     cc threads_and_fork.c -o threads_and_fork $(pkg-config --cflags --libs osign) -pthread
 *     export OSIGN_STORE=sqlite:grants.sqlite OSIGN_STORE_KEY_FILE=store.key
 *     ./threads_and_fork crm
 *
 * It prints the generation of each one's token.
 */
#define _POSIX_C_SOURCE 200809L
#include <osign.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8 };

static osign_store *store; /* Opened once, and shared. */
static const char *grant;

/* The generation of a token that is good now; 0 where there is none. */
static int64_t get_token(void)
{
    osign_token *token = NULL;
    osign_error *error = NULL;
    int64_t generation;
    if (osign_store_access_token(store, grant, 60, &token, &error) != OSIGN_OK) {
        fprintf(stderr, "%s\n", osign_error_message(error));
    }
    generation = osign_token_generation(token);
    osign_error_free(error);
    osign_token_free(token);
    return generation;
}

static void *in_a_thread(void *generation)
{
    *(int64_t *)generation = get_token();
    return NULL;
}

/* Reads the store's key; its length, or 0 where there is none. */
static size_t read_key(char *key, size_t room)
{
    const char *path = getenv("OSIGN_STORE_KEY_FILE");
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(key, 1, room, file);
    if (file != NULL) {
        fclose(file);
    }
    return length;
}

int main(int argc, char **argv)
{
    const char *url = getenv("OSIGN_STORE");
    char key[128];
    size_t key_len = read_key(key, sizeof key);
    pthread_t threads[THREADS];
    int64_t generations[THREADS];
    osign_error *error = NULL;
    int i, failed = 0, status = 1;
    pid_t child;

    grant = argc > 1 ? argv[1] : "crm";
    if (osign_store_open(url, key, key_len, &store, &error) != OSIGN_OK) {
        fprintf(stderr, "%s\n", osign_error_message(error));
        osign_error_free(error);
        return 1;
    }
    for (i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, in_a_thread, &generations[i]) != 0) {
            return 1;
        }
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        printf("thread %d: generation %lld\n", i, (long long)generations[i]);
        failed |= generations[i] == 0;
    }

    /* No call of another thread is under way now, so the child may go on with the same store. */
    fflush(stdout);
    child = fork();
    if (child == 0) {
        int64_t generation = get_token();
        printf("child: generation %lld\n", (long long)generation);
        fflush(stdout);
        _exit(generation == 0);
    }
    failed |= child < 0 || waitpid(child, &status, 0) != child || status != 0;
    printf("parent: generation %lld\n", (long long)get_token());
    osign_store_free(store);
    return failed;
}
