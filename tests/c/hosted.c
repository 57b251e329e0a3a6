/* Grants in a table of the host's own: each step, each operation and each failure, over a service on the loopback. */
#define _POSIX_C_SOURCE 200809L
#include "provider.h"

#include <time.h>

#define MOST_ROWS 16

/* The table, in memory. */
static struct {
    char name[401], record[8193];
    int64_t generation, revision;
} rows[MOST_ROWS];

static osign_hosted *hosted;
static http_answer answer;
static int seen[OSIGN_HOSTED_WAIT + 1]; /* How often each step came. */
static int failing_writes;              /* So many fail, the first of a kind aside. */
static int failing_step;

static int row_of(const char *name)
{
    int i;
    for (i = 0; i < MOST_ROWS; i++) {
        if (rows[i].generation != 0 && strcmp(rows[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static int free_row(void)
{
    int i;
    for (i = 0; i < MOST_ROWS && rows[i].generation != 0; i++) {
    }
    NEED(i < MOST_ROWS);
    return i;
}

static void put(int at, const char *name, int64_t generation, int64_t revision, const char *record)
{
    NEED(strlen(record) <= 8192 && strlen(name) <= 400);
    strcpy(rows[at].name, name);
    strcpy(rows[at].record, record);
    rows[at].generation = generation;
    rows[at].revision = revision;
}

/* Makes the write that a work is at. */
static int32_t write_row(const osign_hosted_work *work)
{
    char name[401];
    const int32_t step = osign_hosted_work_step(work);
    const int64_t expected = osign_hosted_work_generation(work), next = osign_hosted_work_new_generation(work);
    const int at = row_of(osign_hosted_work_name(work));
    strcpy(name, osign_hosted_work_name(work));
    if (step == OSIGN_HOSTED_ADD) {
        CHECK(expected == 0 && next == 1 && osign_hosted_work_revision(work) == 0);
        if (at >= 0) {
            return 0;
        }
        put(free_row(), name, 1, 1, osign_hosted_work_record(work));
        return 1;
    }
    if (at < 0 || rows[at].generation != expected) {
        return 0;
    }
    switch (step) {
        case OSIGN_HOSTED_ACQUIRE:
            CHECK(next == expected);
            if (rows[at].revision != osign_hosted_work_revision(work)) {
                return 0;
            }
            break;
        case OSIGN_HOSTED_COMMIT:
            CHECK(next == expected + 1 && osign_hosted_work_revision(work) == 0);
            break;
        case OSIGN_HOSTED_REMOVE:
            CHECK_TEXT(osign_hosted_work_record(work), "");
            rows[at].generation = 0;
            return 1;
        default:
            CHECK(step == OSIGN_HOSTED_RENAME && next == expected);
            if (row_of(osign_hosted_work_new_name(work)) >= 0) {
                return 0;
            }
            strcpy(name, osign_hosted_work_new_name(work));
    }
    put(at, name, next, rows[at].revision + 1, osign_hosted_work_record(work));
    return 1;
}

static void sleep_milliseconds(int64_t milliseconds)
{
    struct timespec time;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&time, NULL);
}

static osign_status names(osign_hosted_work *work, osign_error **error)
{
    char text[MOST_ROWS * 402] = "";
    int i;
    for (i = 0; i < MOST_ROWS; i++) {
        if (rows[i].generation != 0) {
            strcat(strcat(text, rows[i].name), "\n");
        }
    }
    return osign_hosted_work_names(work, text, error);
}

static osign_status send_it(osign_hosted_work *work, osign_error **error)
{
    osign_http_request *request = NULL;
    NEED(osign_hosted_work_request(work, &request, NULL) == OSIGN_OK);
    CHECK(osign_http_request_generation(request) == 0);
    http_send(request, &answer);
    osign_http_request_free(request);
    return osign_hosted_work_answer(work, answer.status, "application/json", answer.body, answer.length, error);
}

/* Does one step. */
static osign_status take_step(osign_hosted_work *work, osign_error **error)
{
    const int32_t step = osign_hosted_work_step(work);
    int at;
    NEED(step > OSIGN_HOSTED_DONE && step <= OSIGN_HOSTED_WAIT);
    seen[step]++;
    if (step == failing_step && failing_writes > 0) {
        failing_writes--;
        return osign_hosted_work_failed(work, "the disk is\nfull", error);
    }
    switch (step) {
        case OSIGN_HOSTED_LOAD:
            at = row_of(osign_hosted_work_name(work));
            return at < 0 ? osign_hosted_work_loaded(work, 0, 0, NULL, error)
                          : osign_hosted_work_loaded(work, rows[at].generation, rows[at].revision, rows[at].record, error);
        case OSIGN_HOSTED_NAMES:
            return names(work, error);
        case OSIGN_HOSTED_SEND:
            return send_it(work, error);
        case OSIGN_HOSTED_WAIT:
            CHECK(osign_hosted_work_wait_milliseconds(work) <= 30000);
            sleep_milliseconds(osign_hosted_work_wait_milliseconds(work));
            return osign_hosted_work_waited(work, error);
        default:
            return osign_hosted_work_written(work, write_row(work), error);
    }
}

/* Does all steps that are left. */
static osign_status drive(osign_hosted_work *work, osign_error **error)
{
    osign_status status = OSIGN_OK;
    while (status == OSIGN_OK && osign_hosted_work_step(work) != OSIGN_HOSTED_DONE) {
        status = take_step(work, error);
    }
    CHECK(osign_hosted_work_step(work) == (status == OSIGN_OK ? OSIGN_HOSTED_DONE : OSIGN_HOSTED_ENDED));
    return status;
}

static osign_hosted_work *w; /* The work of the call before, and its error. */
static osign_error *e;

/* What was begun comes to a good end; its result may be looked at until forget(). */
static void done(osign_status begun)
{
    if (begun == OSIGN_OK) {
        begun = drive(w, &e);
    }
    if (!CHECK(begun == OSIGN_OK)) {
        fprintf(stderr, "%s\n", osign_error_message(e));
        exit(checks_end("hosted"));
    }
}

static void forget(void)
{
    osign_hosted_work_free(w);
    osign_error_free(e);
    w = NULL;
    e = NULL;
}

static void finish(osign_status begun)
{
    done(begun);
    forget();
}

/* What was begun ends so. */
static void ends(osign_status status, const char *reason, osign_status begun)
{
    if (begun == OSIGN_OK) {
        begun = drive(w, &e);
    }
    CHECK_TEXT(osign_error_reason(e), reason);
    CHECK(begun == status && osign_hosted_work_step(w) == OSIGN_HOSTED_ENDED && osign_hosted_work_number(w) == 0);
    forget();
}

/* The generation of the token of what was begun. */
static int64_t generation_of(osign_status begun, char *value, size_t room)
{
    osign_token *token = NULL;
    int64_t generation;
    done(begun);
    NEED(osign_hosted_work_token(w, &token, NULL) == OSIGN_OK);
    generation = osign_token_generation(token);
    snprintf(value, room, "%s", osign_token_value(token));
    osign_token_free(token);
    forget();
    return generation;
}

static int64_t token(char *value, size_t room)
{
    return generation_of(osign_hosted_access_token(hosted, "crm", 60, &w, &e), value, room);
}

/* How a grant stands is not sealed: its access token has ended. */
static void expire(void)
{
    char *end = strstr(rows[row_of("crm")].record, "\"expires_at\":");
    NEED(end != NULL);
    for (end += strlen("\"expires_at\":"); *end >= '0' && *end <= '9'; end++) {
        *end = '1';
    }
}

static void log_in_by_steps(void)
{
    char callback[2048], value[512];
    int64_t before;
    finish(osign_hosted_login_begin(hosted, "crm", NULL, &w, &e));
    done(osign_hosted_login_begin(hosted, "crm", NULL, &w, &e));
    CHECK(osign_hosted_work_number(w) == 0);
    browse(osign_hosted_work_text(w), callback, sizeof callback);
    forget();
    before = rows[row_of("crm")].generation;
    CHECK(generation_of(osign_hosted_login_finish(hosted, "crm", callback, &w, &e), value, sizeof value) == before + 1);
    CHECK(strncmp(value, "access-", 7) == 0 && strstr(rows[row_of("crm")].record, value) == NULL);
    ends(OSIGN_NEEDS_LOGIN, "no-login", osign_hosted_login_finish(hosted, "crm", callback, &w, &e));
}

static char put_aside[512];

static void open_it(const char *environment, osign_hosted **opened)
{
    osign_store_options *options = NULL;
    snprintf(put_aside, sizeof put_aside, "%s/put-aside", folder);
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "key", KEY, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "anchors", folder, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "beside", put_aside, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "patience", "2", NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "environment", environment, NULL) == OSIGN_OK);
    NEED(osign_hosted_new("the test's", options, opened, NULL) == OSIGN_OK);
    osign_store_options_free(options);
}

static void a_grant_is_added_and_logged_in_to(void)
{
    osign_grant *grant = new_grant();
    ends(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_hosted_access_token(hosted, "crm", 0, &w, &e));
    finish(osign_hosted_add(hosted, "crm", grant, &w, &e));
    ends(OSIGN_GRANT_EXISTS, "grant-exists", osign_hosted_add(hosted, "crm", grant, &w, &e));
    ends(OSIGN_INVALID_ARGUMENT, "bad-grant-name", osign_hosted_add(hosted, "a/b", grant, &w, &e));
    ends(OSIGN_NEEDS_LOGIN, "not-logged-in", osign_hosted_access_token(hosted, "crm", 0, &w, &e));
    osign_grant_free(grant);
    log_in_by_steps();
}

/* One row is read, an intent written, a request sent, a pair written: no more. */
static void a_refresh_in_five_steps(void)
{
    char first[512], second[512];
    const long before = counted("refresh");
    const int64_t generation = token(first, sizeof first);
    memset(seen, 0, sizeof seen);
    CHECK(token(second, sizeof second) == generation && strcmp(first, second) == 0);
    CHECK(seen[OSIGN_HOSTED_LOAD] == 1 && seen[OSIGN_HOSTED_ACQUIRE] == 0);
    expire();
    memset(seen, 0, sizeof seen);
    CHECK(token(second, sizeof second) == generation + 1 && strcmp(first, second) != 0);
    CHECK(seen[OSIGN_HOSTED_LOAD] == 1 && seen[OSIGN_HOSTED_ACQUIRE] == 1 && seen[OSIGN_HOSTED_SEND] == 1);
    CHECK(seen[OSIGN_HOSTED_COMMIT] == 1 && seen[OSIGN_HOSTED_WAIT] == 0 && seen[OSIGN_HOSTED_NAMES] == 0);
    CHECK(rows[row_of("crm")].generation == generation + 1);
    CHECK(counted("refresh") == before + 1);
    /* There is room for a pair that the table does not take. */
    CHECK(access(put_aside, W_OK) == 0);
}

static void a_token_that_was_turned_down(void)
{
    char value[512], other[512];
    osign_http_request *request = NULL;
    const int64_t generation = token(value, sizeof value);
    char url[256];
    finish(osign_hosted_is_expired(hosted, "crm", 403, NULL, 0, &w, &e));
    done(osign_hosted_is_expired(hosted, "crm", 401, "{}", 2, &w, &e));
    CHECK(osign_hosted_work_number(w) == 1);
    forget();
    CHECK(generation_of(osign_hosted_refused(hosted, "crm", generation, 401, &w, &e), other, sizeof other) == generation + 1);
    CHECK(strcmp(value, other) != 0);
    snprintf(url, sizeof url, "%s/api", provider);
    done(osign_hosted_authorize(hosted, "crm", "GET", url, NULL, NULL, 0, &w, &e));
    CHECK(osign_hosted_work_authorized(w, &request, NULL) == OSIGN_OK);
    CHECK(osign_http_request_generation(request) == generation + 1);
    CHECK(strstr(osign_http_request_header_value(request, 0), other) != NULL);
    osign_http_request_free(request);
    forget();
    ends(OSIGN_UNTRUSTED_HOST, "host-elsewhere", osign_hosted_authorize(hosted, "crm", "GET", "https://example.com/", NULL, NULL, 0, &w, &e));
}

/* While one is between intent and pair, another waits; then it has what the first one brought. */
static void another_waits(void)
{
    char value[512];
    osign_hosted_work *first = NULL;
    const long before = counted("refresh");
    const int64_t generation = rows[row_of("crm")].generation;
    expire();
    NEED(osign_hosted_access_token(hosted, "crm", 60, &first, NULL) == OSIGN_OK);
    while (osign_hosted_work_step(first) != OSIGN_HOSTED_SEND) {
        NEED(take_step(first, NULL) == OSIGN_OK);
    }
    ends(OSIGN_TRY_LATER, "busy", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    NEED(osign_hosted_access_token(hosted, "crm", 60, &w, &e) == OSIGN_OK);
    while (osign_hosted_work_step(w) != OSIGN_HOSTED_WAIT) {
        NEED(take_step(w, NULL) == OSIGN_OK);
    }
    CHECK(osign_hosted_work_wait_milliseconds(w) > 0);
    NEED(drive(first, NULL) == OSIGN_OK);
    osign_hosted_work_free(first);
    CHECK(generation_of(OSIGN_OK, value, sizeof value) == generation + 1);
    CHECK(counted("refresh") == before + 1);
}

/* A write that fails again and again: the pair is kept on this machine, and written once the table takes it. */
static void a_table_that_takes_nothing(void)
{
    char value[512];
    const long before = counted("refresh");
    const int64_t generation = rows[row_of("crm")].generation;
    expire();
    failing_step = OSIGN_HOSTED_COMMIT;
    failing_writes = 100;
    memset(seen, 0, sizeof seen);
    ends(OSIGN_NOT_SAVED, "not-saved", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    CHECK(seen[OSIGN_HOSTED_COMMIT] == 6);
    failing_writes = 0;
    CHECK(token(value, sizeof value) == generation + 1);
    expire();
    failing_writes = 1;
    CHECK(token(value, sizeof value) == generation + 2);
    CHECK(counted("refresh") == before + 2);
    failing_step = OSIGN_HOSTED_LOAD;
    failing_writes = 1;
    NEED(osign_hosted_access_token(hosted, "crm", 60, &w, &e) == OSIGN_OK);
    CHECK(take_step(w, &e) == OSIGN_STORE_UNUSABLE);
    CHECK(strstr(osign_error_message(e), "the disk isfull") != NULL);
    forget();
    failing_step = 0;
}

static void what_came_of_sending(void)
{
    const char *const busy = "{\"error\":\"temporarily_unavailable\"}";
    const int64_t generation = rows[row_of("crm")].generation;
    char value[512];
    int i;
    for (i = 0; i < 2; i++) {
        expire();
        NEED(osign_hosted_access_token(hosted, "crm", 60, &w, &e) == OSIGN_OK);
        while (osign_hosted_work_step(w) != OSIGN_HOSTED_SEND) {
            NEED(take_step(w, NULL) == OSIGN_OK);
        }
        CHECK(osign_hosted_work_set_retry_after(w, -1, NULL) == OSIGN_INVALID_ARGUMENT);
        if (i == 0) {
            /* Nothing was spent: it is sent again in a moment. A Retry-After is of one answer alone. */
            NEED(osign_hosted_work_set_retry_after(w, 3600, &e) == OSIGN_OK);
            NEED(osign_hosted_work_not_sent(w, &e) == OSIGN_OK);
            while (osign_hosted_work_step(w) != OSIGN_HOSTED_SEND) {
                NEED(take_step(w, NULL) == OSIGN_OK);
            }
            NEED(osign_hosted_work_answer(w, 503, NULL, busy, strlen(busy), &e) == OSIGN_OK);
            ends(OSIGN_TRY_LATER, "waiting", OSIGN_OK);
            sleep_milliseconds(2100);
            CHECK(token(value, sizeof value) == generation + 1);
            continue;
        }
        NEED(osign_hosted_work_set_retry_after(w, 3600, &e) == OSIGN_OK);
        NEED(osign_hosted_work_answer(w, 429, NULL, NULL, 0, &e) == OSIGN_OK);
        ends(OSIGN_TRY_LATER, "waiting", OSIGN_OK);
    }
    ends(OSIGN_TRY_LATER, "waiting", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    log_in_by_steps();
    expire();
    NEED(osign_hosted_access_token(hosted, "crm", 60, &w, &e) == OSIGN_OK);
    while (osign_hosted_work_step(w) != OSIGN_HOSTED_SEND) {
        NEED(take_step(w, NULL) == OSIGN_OK);
    }
    NEED(osign_hosted_work_lost(w, &e) == OSIGN_OK);
    /* Of a service that is not known it is taken for granted that a token sent twice costs all of them. */
    ends(OSIGN_TRY_LATER, "waiting", OSIGN_OK);
    ends(OSIGN_TRY_LATER, "waiting", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    log_in_by_steps();
    CHECK(token(value, sizeof value) == generation + 3);
}

/* What a host says of an answer beside its body is no reason to turn it down: the service gives the pair once. */
static void an_answer_with_a_header_or_a_status_that_is_none(void)
{
    const int64_t generation = rows[row_of("crm")].generation;
    osign_http_request *request = NULL;
    char value[512];
    int i;
    for (i = 0; i < 2; i++) {
        expire();
        NEED(osign_hosted_access_token(hosted, "crm", 60, &w, &e) == OSIGN_OK);
        while (osign_hosted_work_step(w) != OSIGN_HOSTED_SEND) {
            NEED(take_step(w, NULL) == OSIGN_OK);
        }
        NEED(osign_hosted_work_request(w, &request, NULL) == OSIGN_OK);
        http_send(request, &answer);
        osign_http_request_free(request);
        /* An argument that is none leaves the step as it is. */
        CHECK(osign_hosted_work_answer(w, answer.status, NULL, NULL, 1, NULL) == OSIGN_NULL_ARGUMENT);
        CHECK(osign_hosted_work_loaded(w, 1, 1, "\xff", NULL) == OSIGN_INVALID_UTF8);
        CHECK(osign_hosted_work_written(w, 1, NULL) == OSIGN_INVALID_ARGUMENT);
        CHECK(osign_hosted_work_step(w) == OSIGN_HOSTED_SEND);
        if (i == 0) {
            NEED(osign_hosted_work_answer(w, answer.status, "application/json; note=\xe9t\xe9", answer.body, answer.length, &e) ==
                 OSIGN_OK);
            CHECK(generation_of(OSIGN_OK, value, sizeof value) == generation + 1);
            continue;
        }
        NEED(osign_hosted_work_answer(w, 0, NULL, answer.body, answer.length, &e) == OSIGN_OK);
        ends(OSIGN_TRY_LATER, "waiting", OSIGN_OK);
    }
    done(osign_hosted_list(hosted, "crm", &w, &e));
    CHECK(strstr(osign_hosted_work_text(w), "\"unread_answer_since\":") != NULL);
    CHECK(strstr(osign_hosted_work_text(w), "\"unread_answer_since\":null") == NULL);
    forget();
    log_in_by_steps();
}

static void grants_are_moved_listed_and_removed(void)
{
    char bundle[16384];
    int64_t revision;
    osign_grant *grant = new_grant();
    done(osign_hosted_list(hosted, NULL, &w, &e));
    CHECK(strstr(osign_hosted_work_text(w), "\"grant\":\"crm\"") != NULL);
    forget();
    done(osign_hosted_list(hosted, "crm", &w, &e));
    CHECK(strstr(osign_hosted_work_text(w), "\"client_id\":\"" CLIENT_ID "\"") != NULL);
    forget();
    finish(osign_hosted_replace(hosted, "crm", grant, &w, &e));
    finish(osign_hosted_rename(hosted, "crm", "erp", &w, &e));
    CHECK(row_of("crm") < 0 && row_of("erp") >= 0);
    finish(osign_hosted_add(hosted, "crm", grant, &w, &e));
    ends(OSIGN_GRANT_EXISTS, "grant-exists", osign_hosted_rename(hosted, "erp", "crm", &w, &e));
    finish(osign_hosted_remove(hosted, "crm", &w, &e));
    osign_grant_free(grant);

    done(osign_hosted_export(hosted, "erp", "move", NULL, 0, "correct horse battery", &w, &e));
    snprintf(bundle, sizeof bundle, "%s", osign_hosted_work_text(w));
    revision = osign_hosted_work_number(w);
    CHECK(revision == rows[row_of("erp")].revision);
    forget();
    ends(OSIGN_TRY_LATER, "changed-meanwhile", osign_hosted_exported(hosted, "erp", revision + 1, &w, &e));
    finish(osign_hosted_exported(hosted, "erp", revision, &w, &e));
    ends(OSIGN_NEEDS_LOGIN, "exported", osign_hosted_access_token(hosted, "erp", 60, &w, &e));
    ends(OSIGN_WRONG_STORE_KEY, "bundle-key", osign_hosted_import(hosted, bundle, NULL, 0, "another horse battery", "crm", &w, &e));
    done(osign_hosted_import(hosted, bundle, NULL, 0, "correct horse battery", "crm", &w, &e));
    CHECK_TEXT(osign_hosted_work_text(w), "crm");
    forget();
    ends(OSIGN_QUARANTINED, "imported", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    finish(osign_hosted_adopt(hosted, "crm", &w, &e));
    finish(osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    finish(osign_hosted_remove(hosted, "erp", &w, &e));
    done(osign_hosted_check(hosted, 0, &w, &e));
    CHECK_TEXT(osign_hosted_work_text(w), "[]");
    forget();
    done(osign_hosted_rekey(hosted, &w, &e));
    CHECK(osign_hosted_work_number(w) == 0);
    forget();
}

static void a_copy_and_a_backup_are_noticed(void)
{
    char value[512];
    osign_hosted *copy = NULL;
    const int at = row_of("crm");
    struct {
        int64_t generation, revision;
        char record[8193];
    } backup;
    backup.generation = rows[at].generation;
    backup.revision = rows[at].revision;
    expire();
    strcpy(backup.record, rows[at].record);
    token(value, sizeof value);
    put(at, "crm", backup.generation, backup.revision, backup.record);
    ends(OSIGN_QUARANTINED, "quarantined", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    finish(osign_hosted_adopt(hosted, NULL, &w, &e));
    ends(OSIGN_NEEDS_LOGIN, "used-elsewhere", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    log_in_by_steps();
    open_it("another environment", &copy);
    ends(OSIGN_QUARANTINED, "quarantined", osign_hosted_access_token(copy, "crm", 60, &w, &e));
    osign_hosted_free(copy);
    finish(osign_hosted_access_token(hosted, "crm", 60, &w, &e));
}

static void a_work_outlives_what_it_was_begun_with(void)
{
    osign_hosted *other = NULL;
    osign_hosted_work *work = NULL;
    expire();
    open_it("one", &other);
    NEED(osign_hosted_access_token(other, "crm", 60, &work, NULL) == OSIGN_OK);
    osign_hosted_free(other);
    NEED(drive(work, NULL) == OSIGN_OK);
    osign_hosted_work_free(work);
    /* One that is given up, at each of its steps. */
    expire();
    NEED(osign_hosted_access_token(hosted, "crm", 60, &work, NULL) == OSIGN_OK);
    osign_hosted_work_free(work);
}

static void a_token_of_oauth1_lives_on(void)
{
    osign_token *got = NULL;
    osign_grant *grant = NULL;
    const long before = counted("renew");
    ends(OSIGN_NOT_CONFIGURED, "other-grant", osign_hosted_renew(hosted, "crm", &w, &e));
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "oauth1");
    set(grant, "consumer_key", "key");
    set(grant, "consumer_secret", CLIENT_SECRET);
    set(grant, "token", "old");
    set(grant, "token_secret", "s3cret");
    set(grant, "allow_insecure_http", "true");
    set_path(grant, "renew_url", "/renew");
    set_path(grant, "api_origin", "");
    finish(osign_hosted_add(hosted, "photos", grant, &w, &e));
    osign_grant_free(grant);
    done(osign_hosted_renew(hosted, "photos", &w, &e));
    NEED(osign_hosted_work_token(w, &got, NULL) == OSIGN_OK);
    CHECK_TEXT(osign_token_value(got), "");
    CHECK(osign_token_generation(got) == 2 && rows[row_of("photos")].generation == 2);
    CHECK(counted("renew") == before + 1);
    osign_token_free(got);
    forget();
    finish(osign_hosted_remove(hosted, "photos", &w, &e));
}

/* A token that has ended already, which the service says by a header alone; of a work before, nothing is left of it. */
static void a_challenge_tells_of_an_end(void)
{
    static const char revoked[] = "OAuth realm=\"x\", oauth_problem=\"token_revoked\"";
    osign_grant *grant = NULL;
    int i;
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "oauth1");
    set(grant, "consumer_key", "key");
    set(grant, "consumer_secret", CLIENT_SECRET);
    set(grant, "token", "old");
    set(grant, "token_secret", "s3cret");
    set(grant, "allow_insecure_http", "true");
    set_path(grant, "revoke_url", "/revoke");
    finish(osign_hosted_add(hosted, "photos", grant, &w, &e));
    osign_grant_free(grant);
    for (i = 0; i < 2; i++) {
        NEED(osign_hosted_revoke(hosted, "photos", &w, &e) == OSIGN_OK);
        while (osign_hosted_work_step(w) != OSIGN_HOSTED_SEND) {
            NEED(take_step(w, NULL) == OSIGN_OK);
        }
        if (i == 1) {
            NEED(osign_hosted_work_set_challenge(w, revoked, &e) == OSIGN_OK);
        }
        NEED(osign_hosted_work_answer(w, 401, NULL, NULL, 0, &e) == OSIGN_OK);
        if (i == 0) {
            ends(OSIGN_TRY_LATER, "not-revoked", OSIGN_OK);
        }
    }
    done(OSIGN_OK);
    CHECK(osign_hosted_work_number(w) == 1);
    forget();
    finish(osign_hosted_remove(hosted, "photos", &w, &e));
}

static void a_revocation_is_told(void)
{
    char value[512];
    token(value, sizeof value);
    done(osign_hosted_revoke(hosted, "crm", &w, &e));
    CHECK(osign_hosted_work_number(w) == 1);
    forget();
    ends(OSIGN_NEEDS_LOGIN, "revoked", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    log_in_by_steps();
    finish(osign_hosted_revoke_here(hosted, "crm", &w, &e));
    ends(OSIGN_NEEDS_LOGIN, "revoked", osign_hosted_access_token(hosted, "crm", 60, &w, &e));
    log_in_by_steps();
    finish(osign_hosted_remove(hosted, "crm", &w, &e));
}

static void bad_input(void)
{
    osign_store_options *options = NULL;
    osign_hosted *none = NULL;
    osign_hosted_work *work = NULL;
    osign_http_request *request = NULL;
    osign_token *got = NULL;
    osign_grant *grant = new_grant();
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    CHECK(osign_hosted_new(NULL, options, &none, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_new("a", NULL, &none, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_new("a", options, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_new("a", options, &none, NULL) == OSIGN_INVALID_ARGUMENT);
    NEED(osign_store_options_set(options, "key", KEY, NULL) == OSIGN_OK);
    CHECK(osign_hosted_new("", options, &none, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_new("\xff", options, &none, NULL) == OSIGN_INVALID_UTF8);
    CHECK(none == NULL);
    osign_store_options_free(options);
    CHECK(osign_hosted_access_token(NULL, "crm", 0, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_access_token(hosted, NULL, 0, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_access_token(hosted, "crm", 0, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_refused(hosted, NULL, 1, 401, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_refused(hosted, "crm", -1, 401, &work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_refused(hosted, "crm", 1, 99, &work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_is_expired(hosted, NULL, 401, NULL, 0, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_is_expired(hosted, "crm", 401, NULL, 1, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_authorize(hosted, "crm", NULL, "https://a/", NULL, NULL, 0, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_authorize(hosted, "crm", "GET", NULL, NULL, NULL, 0, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_login_begin(hosted, NULL, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_login_finish(hosted, "crm", NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_login_exchange(hosted, "crm", NULL, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_add(hosted, NULL, grant, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_add(hosted, "crm", NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_replace(hosted, "crm", NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_renew(hosted, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_revoke(hosted, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_revoke_here(hosted, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_remove(hosted, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_rename(hosted, "crm", NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_export(hosted, "crm", "elsewhere", KEY, strlen(KEY), NULL, &work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_export(hosted, "crm", "move", NULL, 0, NULL, &work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_exported(hosted, "crm", -1, &work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_import(hosted, NULL, KEY, strlen(KEY), NULL, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_adopt(NULL, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_rekey(NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_list(NULL, NULL, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_check(NULL, 0, &work, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(work == NULL);
    osign_grant_free(grant);

    NEED(osign_hosted_access_token(hosted, "crm", 0, &work, NULL) == OSIGN_OK);
    CHECK(osign_hosted_work_step(work) == OSIGN_HOSTED_LOAD);
    CHECK_TEXT(osign_hosted_work_name(work), "crm");
    CHECK_TEXT(osign_hosted_work_new_name(work), "");
    CHECK_TEXT(osign_hosted_work_record(work), "");
    CHECK_TEXT(osign_hosted_work_text(work), "");
    CHECK(osign_hosted_work_generation(work) == 0 && osign_hosted_work_new_generation(work) == 0);
    /* What is told of another step, or is none, changes nothing. */
    CHECK(osign_hosted_work_written(work, 1, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_names(work, "", NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_names(work, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_answer(work, 200, NULL, NULL, 0, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_answer(work, 7, NULL, NULL, 0, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_not_sent(work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_lost(work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_waited(work, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_request(work, &request, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_authorized(work, &request, NULL) == OSIGN_INVALID_ARGUMENT && request == NULL);
    CHECK(osign_hosted_work_token(work, &got, NULL) == OSIGN_INVALID_ARGUMENT && got == NULL);
    CHECK(osign_hosted_work_set_challenge(work, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_loaded(work, -1, 1, "{}", NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_loaded(work, 1, -1, "{}", NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_hosted_work_step(work) == OSIGN_HOSTED_LOAD);
    CHECK(osign_hosted_work_loaded(work, 1, 1, "{}", NULL) == OSIGN_DAMAGED_RECORD);
    CHECK(osign_hosted_work_step(work) == OSIGN_HOSTED_ENDED);
    CHECK(osign_hosted_work_failed(work, NULL, NULL) == OSIGN_INVALID_ARGUMENT);
    osign_hosted_work_free(work);

    CHECK(osign_hosted_work_loaded(NULL, 1, 1, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_written(NULL, 1, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_failed(NULL, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_set_retry_after(NULL, 1, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_set_challenge(NULL, "x", NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_not_sent(NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_lost(NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_waited(NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_request(NULL, &request, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_hosted_work_step(NULL) == OSIGN_HOSTED_ENDED && osign_hosted_work_wait_milliseconds(NULL) == 0);
    CHECK(osign_hosted_work_generation(NULL) == 0 && osign_hosted_work_revision(NULL) == 0);
    CHECK(osign_hosted_work_number(NULL) == 0 && osign_hosted_work_new_generation(NULL) == 0);
    CHECK_TEXT(osign_hosted_work_name(NULL), "");
    CHECK_TEXT(osign_hosted_work_text(NULL), "");
    osign_hosted_work_free(NULL);
    osign_hosted_free(NULL);
}

int main(int argc, char **argv)
{
    NEED(argc == 3);
    provider = argv[1];
    folder = argv[2];
    NEED(setenv("XDG_DATA_HOME", folder, 1) == 0);
    open_it("one", &hosted);
    bad_input();
    control("{'policy': 'strict'}");
    a_grant_is_added_and_logged_in_to();
    a_refresh_in_five_steps();
    a_token_that_was_turned_down();
    another_waits();
    a_table_that_takes_nothing();
    what_came_of_sending();
    an_answer_with_a_header_or_a_status_that_is_none();
    grants_are_moved_listed_and_removed();
    a_copy_and_a_backup_are_noticed();
    a_work_outlives_what_it_was_begun_with();
    a_token_of_oauth1_lives_on();
    a_challenge_tells_of_an_end();
    a_revocation_is_told();
    osign_hosted_free(hosted);
    return checks_end("hosted");
}
