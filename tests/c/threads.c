/* Eight threads on one signer: every signature is the single-threaded one, and no nonce comes twice. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <pthread.h>

#define THREADS 8
#define NONCE_ROOM 32

static osign_oauth1_signer *signer;
static osign_oauth1_request *fixed;
static char expected[1024];
static size_t rounds;

struct worker {
    pthread_t thread;
    size_t wrong;
    char (*nonces)[NONCE_ROOM];
};

static const char URL[] = "https://example.com/resource?b=2&a=1&c=%20x";

static size_t sign_fixed(void)
{
    osign_oauth1_signed *signed_request = NULL;
    size_t wrong = 1;
    if (osign_oauth1_sign(signer, fixed, &signed_request, NULL) == OSIGN_OK) {
        wrong = strcmp(osign_oauth1_signed_authorization(signed_request), expected) != 0;
        osign_oauth1_signed_free(signed_request);
    }
    return wrong;
}

/* Signs the short way, and keeps the nonce that went into the header. */
static size_t sign_fresh(char nonce[NONCE_ROOM])
{
    char header[1024];
    size_t len = 0, nonce_len;
    const char *start;
    if (osign_oauth1_authorization(signer, "GET", URL, NULL, NULL, 0, header, sizeof header, &len, NULL) != OSIGN_OK ||
        strlen(header) != len) {
        return 1;
    }
    start = strstr(header, "oauth_nonce=\"");
    if (start == NULL) {
        return 1;
    }
    start += strlen("oauth_nonce=\"");
    nonce_len = strcspn(start, "\"");
    if (nonce_len == 0 || nonce_len >= NONCE_ROOM) {
        return 1;
    }
    memcpy(nonce, start, nonce_len);
    nonce[nonce_len] = '\0';
    return 0;
}

static void *work(void *argument)
{
    struct worker *worker = (struct worker *)argument;
    size_t i;
    for (i = 0; i < rounds; i++) {
        worker->wrong += sign_fixed();
        worker->wrong += sign_fresh(worker->nonces[i]);
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

int main(void)
{
    struct worker workers[THREADS];
    osign_oauth1_signed *signed_request = NULL;
    char(*all)[NONCE_ROOM];
    size_t i, doubles = 0, wrong = 0;

    rounds = sized(10000, 300);
    NEED(osign_oauth1_signer_new("consumer", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "token", "token secret", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_new("GET", URL, &fixed, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_nonce(fixed, "fixed", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(fixed, 137131201, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, fixed, &signed_request, NULL) == OSIGN_OK);
    NEED(strlen(osign_oauth1_signed_authorization(signed_request)) < sizeof expected);
    strcpy(expected, osign_oauth1_signed_authorization(signed_request));
    osign_oauth1_signed_free(signed_request);

    all = (char(*)[NONCE_ROOM])calloc(THREADS * rounds, sizeof *all);
    NEED(all != NULL);
    for (i = 0; i < THREADS; i++) {
        workers[i].wrong = 0;
        workers[i].nonces = all + i * rounds;
        NEED(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        NEED(pthread_join(workers[i].thread, NULL) == 0);
        CHECK(workers[i].wrong == 0);
        wrong += workers[i].wrong;
    }
    qsort(all, THREADS * rounds, sizeof *all, compare);
    for (i = 1; i < THREADS * rounds; i++) {
        doubles += strcmp(all[i - 1], all[i]) == 0;
    }
    CHECK(doubles == 0);
    printf("%lu signatures in %d threads, %lu wrong; %lu nonces, %lu doubles\n", (unsigned long)(2 * THREADS * rounds),
           THREADS, (unsigned long)wrong, (unsigned long)(THREADS * rounds), (unsigned long)doubles);

    free(all);
    osign_oauth1_request_free(fixed);
    osign_oauth1_signer_free(signer);
    return checks_end("threads");
}
