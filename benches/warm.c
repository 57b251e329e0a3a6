/*
 * What a call costs through the C interface while the token lives: an access token, and a request of each kind of grant as it must be
 * sent. The argument is the URL of a store in SQLite that has the grant "crm", of OAuth 2.0, and is opened by 32 bytes of 7. Medians
 * of rounds that take turns.
 */

#define _POSIX_C_SOURCE 200809L

#include <osign.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 31
#define CALLS 500

static const char *const url = "https://gitlab.com/api/v4/projects?page=2&per_page=50";

static double microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void must(osign_status status, const char *what)
{
    if (status != OSIGN_OK) {
        fprintf(stderr, "warm: %s: %s\n", what, osign_status_name(status));
        exit(EXIT_FAILURE);
    }
}

static int ascending(const void *a, const void *b)
{
    const double *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

/* A grant that needs no login: pairs of settings, up to NULL. */
static void add(const osign_store *store, const char *name, const char *const *settings)
{
    osign_grant *grant;

    must(osign_grant_new(&grant, NULL), name);
    for (; *settings != NULL; settings += 2)
        must(osign_grant_set(grant, settings[0], settings[1], NULL), settings[0]);
    must(osign_store_add(store, name, grant, NULL), name);
    osign_grant_free(grant);
}

static void token(const osign_store *store, const char *name)
{
    osign_token *token;

    must(osign_store_access_token(store, name, 60, &token, NULL), name);
    osign_token_free(token);
}

static void request(const osign_store *store, const char *name)
{
    osign_http_request *request;

    must(osign_store_authorize(store, name, "GET", url, NULL, NULL, 0, &request, NULL), name);
    osign_http_request_free(request);
}

int main(int argc, char **argv)
{
    static const char *const header[] = {"kind", "static", "secret", "a key", "header", "X-Api-Key: {}",
                                         "api_origin", "https://gitlab.com", NULL};
    static const char *const query[] = {"kind", "static", "secret", "a key", "query", "key",
                                        "api_origin", "https://gitlab.com", NULL};
    static const char *const oauth1[] = {"kind", "oauth1", "consumer_key", "dpf43f3p2l4k3l03",
                                         "consumer_secret", "kd94hf93k423kf44", "token", "nnch734d00sl2jdk",
                                         "token_secret", "pfkkdhi9sl3r4s00", "api_origin", "https://gitlab.com", NULL};
    static const struct {
        const char *what, *name, *budget;
        void (*call)(const osign_store *store, const char *name);
    } calls[] = {
        {"a warm access token", "crm", "<= 20us", token},
        {"a request with a bearer token", "crm", "", request},
        {"with a key in a header", "header", "", request},
        {"with a key in the query", "query", "", request},
        {"signed", "oauth1", "", request},
    };
    enum { COUNT = sizeof calls / sizeof *calls };
    static double seen[COUNT][ROUNDS];
    unsigned char key[32];
    osign_store *store;
    size_t index, round;
    int call;

    if (argc != 2)
        return EXIT_FAILURE;
    for (index = 0; index < sizeof key; index++)
        key[index] = 7;
    must(osign_store_open(argv[1], key, sizeof key, &store, NULL), argv[1]);
    add(store, "header", header);
    add(store, "query", query);
    add(store, "oauth1", oauth1);
    for (round = 0; round < ROUNDS; round++)
        for (index = 0; index < COUNT; index++) {
            double begun = microseconds();

            for (call = 0; call < CALLS; call++)
                calls[index].call(store, calls[index].name);
            seen[index][round] = (microseconds() - begun) / CALLS;
        }
    printf("Through C, from SQLite\n");
    for (index = 0; index < COUNT; index++) {
        double median;

        qsort(seen[index], ROUNDS, sizeof *seen[index], ascending);
        median = seen[index][ROUNDS / 2];
        printf("  %-64s %9.2fus  %s%s\n", calls[index].what, median, calls[index].budget,
               calls[index].budget[0] == '\0' ? "" : median <= 20 ? " met" : " OVER");
    }
    osign_store_free(store);
    return EXIT_SUCCESS;
}
