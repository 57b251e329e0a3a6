/* One store for many: 8 threads at an expiry send one request, and what was opened before a fork() goes on in both. */
#define _POSIX_C_SOURCE 200809L
#include "provider.h"

#include <pthread.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>

#define THREADS 8

static osign_store *store;
static size_t each;

/* Logs in to a token that has ended when this returns. */
static void to_the_expiry(void)
{
    struct timespec time = {1, 100 * 1000 * 1000};
    control("{'access_lifetime': 1}");
    log_in(store, "crm");
    control("{'access_lifetime': 3600}");
    nanosleep(&time, NULL);
}

static unsigned long get_tokens(const osign_store *of)
{
    unsigned long failed = 0;
    size_t i;
    for (i = 0; i < each; i++) {
        osign_token *token = NULL;
        osign_error *error = NULL;
        if (osign_store_access_token(of, "crm", 60, &token, &error) != OSIGN_OK ||
            strncmp(osign_token_value(token), "access-", 7) != 0) {
            fprintf(stderr, "%s\n", osign_error_message(error));
            failed++;
        }
        osign_error_free(error);
        osign_token_free(token);
    }
    return failed;
}

static void *thread_body(void *failed)
{
    *(unsigned long *)failed = get_tokens(store);
    return NULL;
}

/* How many calls failed in so many threads. */
static unsigned long in_threads(void)
{
    pthread_t threads[THREADS];
    unsigned long failed[THREADS], sum = 0;
    size_t i;
    for (i = 0; i < THREADS; i++) {
        NEED(pthread_create(&threads[i], NULL, thread_body, &failed[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        NEED(pthread_join(threads[i], NULL) == 0);
        sum += failed[i];
    }
    return sum;
}

static void threads_at_an_expiry(void)
{
    long before;
    to_the_expiry();
    before = counted("refresh");
    CHECK(in_threads() == 0);
    CHECK(counted("refresh") == before + 1);
    CHECK(counted("most_in_flight") == 1);
}

static int child_failed(pid_t child)
{
    int status = 0;
    return waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* Children and their parent go on with one open store, at an expiry. */
static void a_fork_at_an_expiry(void)
{
    pid_t children[4];
    unsigned long failed;
    long before;
    size_t i;
    to_the_expiry();
    before = counted("refresh");
    for (i = 0; i < 4; i++) {
        children[i] = fork();
        NEED(children[i] >= 0);
        if (children[i] == 0) {
            /* One of them with threads of its own. */
            failed = i == 0 ? in_threads() : get_tokens(store);
            osign_store_free(store);
            _exit(failed > 0);
        }
    }
    failed = get_tokens(store);
    for (i = 0; i < 4; i++) {
        CHECK(!child_failed(children[i]));
    }
    CHECK(failed == 0);
    CHECK(counted("refresh") == before + 1);
    CHECK(get_tokens(store) == 0);
}

/* What is under way at a fork is the parent's. */
static void a_fork_in_the_midst_of_a_refresh(void)
{
    osign_refresh *refresh = NULL;
    osign_http_request *request = NULL;
    http_answer *answer = (http_answer *)malloc(sizeof *answer);
    pid_t child;
    to_the_expiry();
    NEED(answer != NULL && osign_refresh_begin(store, "crm", 60, &refresh, NULL) == OSIGN_OK);
    NEED(osign_refresh_state(refresh) == OSIGN_REFRESH_SEND);
    child = fork();
    NEED(child >= 0);
    if (child == 0) {
        unsigned long failed;
        osign_refresh_free(refresh); /* The lock stays with the parent, */
        failed = get_tokens(store);  /* for which this waits. */
        osign_store_free(store);
        free(answer);
        _exit(failed > 0);
    }
    NEED(osign_refresh_request(refresh, &request, NULL) == OSIGN_OK);
    http_send(request, answer);
    CHECK(osign_refresh_answer(refresh, answer->status, NULL, answer->body, answer->length, NULL) == OSIGN_OK);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_TOKEN);
    CHECK(!child_failed(child));
    osign_http_request_free(request);
    osign_refresh_free(refresh);
    CHECK(get_tokens(store) == 0);
    free(answer);
}

int main(int argc, char **argv)
{
    begin(argc, argv);
    each = sized(2000, 20);
    store = new_store("shared");
    add_grant(store, "crm");
    threads_at_an_expiry();
    a_fork_at_an_expiry();
    a_fork_in_the_midst_of_a_refresh();
    osign_store_free(store);
    return checks_end("shared");
}
