/* A refresh whose requests the host sends: each state, each outcome, over a service on the loopback. */
#define _POSIX_C_SOURCE 200809L
#include "provider.h"

#include <time.h>

static osign_store *store;
static http_answer answer;

static void sleep_milliseconds(int64_t milliseconds)
{
    struct timespec time;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&time, NULL);
}

static osign_refresh *begin_refresh(const char *grant)
{
    osign_refresh *refresh = NULL;
    osign_error *error = NULL;
    if (!CHECK(osign_refresh_begin(store, grant, 60, &refresh, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s\n", osign_error_message(error));
        exit(checks_end("refresh"));
    }
    return refresh;
}

static osign_http_request *request_of(const osign_refresh *refresh)
{
    osign_http_request *request = NULL;
    NEED(osign_refresh_state(refresh) == OSIGN_REFRESH_SEND);
    NEED(osign_refresh_request(refresh, &request, NULL) == OSIGN_OK);
    return request;
}

/* Sends what is to be sent. */
static void send_it(const osign_refresh *refresh)
{
    osign_http_request *request = request_of(refresh);
    http_send(request, &answer);
    osign_http_request_free(request);
}

static osign_status tell(osign_refresh *refresh, osign_error **error)
{
    return osign_refresh_answer(refresh, answer.status, "application/json", answer.body, answer.length, error);
}

/* The generation of the token that it ended with, which the store now has; frees it. */
static int64_t finished(osign_refresh *refresh)
{
    osign_token *token = NULL, *kept = NULL;
    int64_t generation;
    NEED(osign_refresh_state(refresh) == OSIGN_REFRESH_TOKEN);
    NEED(osign_refresh_token(refresh, &token, NULL) == OSIGN_OK);
    osign_refresh_free(refresh);
    NEED(osign_store_access_token(store, "crm", 60, &kept, NULL) == OSIGN_OK);
    CHECK_TEXT(osign_token_value(token), osign_token_value(kept));
    generation = osign_token_generation(token);
    CHECK(generation == osign_token_generation(kept));
    osign_token_free(kept);
    osign_token_free(token);
    return generation;
}

/* A login whose code the host exchanges. */
static void a_login(void)
{
    char callback[2048], url[256];
    size_t len = 0;
    osign_refresh *refresh = NULL;
    osign_http_request *request;
    osign_error *error = NULL;
    add_grant(store, "crm");
    agree(store, "crm", callback, sizeof callback);
    CHECK(osign_refresh_begin_login(store, "crm", CALLBACK "?code=a&state=b", &refresh, NULL) == OSIGN_FOREIGN_STATE);
    CHECK(osign_refresh_begin_login(store, "crm", NULL, &refresh, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(refresh == NULL);
    NEED(osign_refresh_begin_login(store, "crm", callback, &refresh, &error) == OSIGN_OK);
    request = request_of(refresh);
    snprintf(url, sizeof url, "%s/token", provider);
    CHECK_TEXT(osign_http_request_method(request), "POST");
    CHECK_TEXT(osign_http_request_url(request), url);
    CHECK(strstr((const char *)osign_http_request_body(request, &len), "grant_type=authorization_code") != NULL && len > 0);
    CHECK(osign_http_request_generation(request) == 0);
    http_send(request, &answer);
    osign_http_request_free(request);
    CHECK(answer.status == 200);
    NEED(tell(refresh, &error) == OSIGN_OK);
    finished(refresh);
}

static void what_is_good_is_there_at_once(void)
{
    const long before = counted("token");
    osign_http_request *request = NULL;
    osign_refresh *refresh = begin_refresh("crm");
    osign_error *error = NULL;
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_TOKEN);
    /* Calls for another state change nothing. */
    CHECK(osign_refresh_request(refresh, &request, &error) == OSIGN_INVALID_ARGUMENT && request == NULL);
    CHECK_TEXT(osign_error_reason(error), "out-of-step");
    osign_error_free(error);
    CHECK(osign_refresh_answer(refresh, 200, NULL, "{}", 2, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_not_sent(refresh, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_lost(refresh, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_waited(refresh, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_wait_milliseconds(refresh) == 0);
    finished(refresh);
    CHECK(counted("token") == before);
}

static void bad_input(void)
{
    osign_refresh *refresh = NULL;
    osign_token *token = NULL;
    osign_http_request *request = NULL;
    CHECK(osign_refresh_begin(NULL, "crm", 0, &refresh, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_begin(store, NULL, 0, &refresh, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_begin(store, "crm", 0, NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_begin(store, "x", 0, &refresh, NULL) == OSIGN_UNKNOWN_GRANT);
    CHECK(osign_refresh_begin_refused(NULL, "crm", 1, 401, &refresh, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_begin_refused(store, "crm", -1, 401, &refresh, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_begin_refused(store, "crm", 1, 4010, &refresh, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_begin_refused(store, "crm", 99, 401, &refresh, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_begin_login(NULL, "crm", "", &refresh, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_request(NULL, &request, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_token(NULL, &token, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_answer(NULL, 200, NULL, NULL, 0, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_cut(NULL, 200, NULL, NULL, 0, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_set_retry_after(NULL, 1, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_not_sent(NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_lost(NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_waited(NULL, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(refresh == NULL && token == NULL && request == NULL);
}

/* A token that has ended, and a refresh that is about to send. */
static osign_refresh *due(void)
{
    osign_refresh *refresh;
    control("{'access_lifetime': 1}");
    log_in(store, "crm");
    control("{'access_lifetime': 3600}");
    sleep_milliseconds(1050);
    refresh = begin_refresh("crm");
    NEED(osign_refresh_state(refresh) == OSIGN_REFRESH_SEND);
    return refresh;
}

static void a_refresh(void)
{
    const long before = counted("refresh");
    osign_token *token = NULL;
    osign_refresh *refresh = due();
    CHECK(osign_refresh_token(refresh, &token, NULL) == OSIGN_INVALID_ARGUMENT && token == NULL);
    CHECK(osign_refresh_answer(refresh, 200, NULL, NULL, 1, NULL) == OSIGN_NULL_ARGUMENT);
    CHECK(osign_refresh_set_retry_after(refresh, -1, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_SEND); /* Nothing has changed. */
    send_it(refresh);
    NEED(tell(refresh, NULL) == OSIGN_OK);
    finished(refresh);
    CHECK(counted("refresh") == before + 1);
}

/* The service's API turned a token down. */
static void a_token_that_is_refused(void)
{
    const long before = counted("refresh");
    int64_t generation;
    osign_refresh *refresh = begin_refresh("crm");
    generation = finished(refresh);
    control("{'end_access': true}");
    NEED(osign_refresh_begin_refused(store, "crm", generation, 401, &refresh, NULL) == OSIGN_OK);
    send_it(refresh);
    NEED(tell(refresh, NULL) == OSIGN_OK);
    CHECK(finished(refresh) == generation + 1);
    CHECK(counted("refresh") == before + 1);
    /* It is renewed already. */
    NEED(osign_refresh_begin_refused(store, "crm", generation, 401, &refresh, NULL) == OSIGN_OK);
    CHECK(finished(refresh) == generation + 1);
}

/* Goes by the states until there is a token; how often it sent. */
static int to_the_end(osign_refresh *refresh)
{
    int sent = 0, turns;
    for (turns = 0; turns < 1000 && osign_refresh_state(refresh) != OSIGN_REFRESH_TOKEN; turns++) {
        osign_error *error = NULL;
        osign_status status;
        if (osign_refresh_state(refresh) == OSIGN_REFRESH_WAIT) {
            CHECK(osign_refresh_wait_milliseconds(refresh) <= 31000);
            sleep_milliseconds(osign_refresh_wait_milliseconds(refresh));
            status = osign_refresh_waited(refresh, &error);
        } else {
            send_it(refresh);
            sent++;
            status = tell(refresh, &error);
        }
        if (!CHECK(status == OSIGN_OK)) {
            fprintf(stderr, "%s\n", osign_error_message(error));
            exit(checks_end("refresh"));
        }
    }
    finished(refresh);
    return sent;
}

/* The patience of the store lets it try again. */
static void nothing_was_sent(void)
{
    osign_refresh *refresh = due();
    NEED(osign_refresh_not_sent(refresh, NULL) == OSIGN_OK);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_WAIT);
    CHECK(osign_refresh_wait_milliseconds(refresh) <= 2000);
    CHECK(to_the_end(refresh) == 1);
}

/* Whether the service brings the same pair once more for the old token, so that what was lost can be had again; and whether
   the grant knows that. */
static void idempotent(int is_so)
{
    osign_grant *grant = new_grant();
    set(grant, "rotation", is_so ? "idempotent" : "strict");
    control(is_so ? "{'policy': 'idempotent'}" : "{'policy': 'strict'}");
    NEED(osign_store_replace(store, "crm", grant, NULL) == OSIGN_OK);
    osign_grant_free(grant);
}

static void an_answer_that_is_lost(void)
{
    osign_refresh *refresh;
    osign_error *error = NULL;
    idempotent(1);
    refresh = due();
    send_it(refresh);
    if (CHECK(osign_refresh_lost(refresh, &error) == OSIGN_OK)) {
        CHECK(to_the_end(refresh) >= 1);
    } else {
        fprintf(stderr, "%s\n", osign_error_message(error));
        osign_refresh_free(refresh);
    }
    osign_error_free(error);
    idempotent(0);
}

static osign_status tell_cut(osign_refresh *refresh, size_t length)
{
    return osign_refresh_cut(refresh, answer.status, "application/json", answer.body, length, NULL);
}

/* What is there of it is read where nothing that matters is missing, and kept where it is. */
static void an_answer_that_broke_off(void)
{
    osign_report *report = NULL;
    osign_refresh *refresh = due();
    send_it(refresh);
    NEED(tell_cut(refresh, answer.length) == OSIGN_OK);
    CHECK(tell_cut(refresh, answer.length) == OSIGN_INVALID_ARGUMENT);
    CHECK(finished(refresh) > 1);

    idempotent(1);
    refresh = due();
    send_it(refresh);
    NEED(tell_cut(refresh, answer.length / 2) == OSIGN_OK);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_WAIT);
    NEED(osign_store_list(store, "crm", &report, NULL) == OSIGN_OK);
    CHECK(strstr(osign_report_json(report), "\"unread_answer_since\":") != NULL);
    CHECK(strstr(osign_report_json(report), "\"unread_answer_since\":null") == NULL);
    osign_report_free(report);
    CHECK(to_the_end(refresh) >= 1);
    idempotent(0);
}

/* Whether there is an answer that nobody could read, kept for a person. */
static int is_one_kept(void)
{
    osign_report *report = NULL;
    int is_kept;
    NEED(osign_store_list(store, "crm", &report, NULL) == OSIGN_OK);
    is_kept = strstr(osign_report_json(report), "\"unread_answer_since\":null") == NULL;
    CHECK(strstr(osign_report_json(report), "\"unread_answer_since\":") != NULL);
    osign_report_free(report);
    return is_kept;
}

/* What a host says of an answer beside its body is no reason to turn it down: the service gives the pair once. */
static void an_answer_with_a_header_or_a_status_that_is_none(void)
{
    const int statuses[] = {0, -1, 99, 1000, 70000};
    const char *const refusal = "{\"error\":\"invalid_grant\"}";
    osign_refresh *refresh;
    size_t i;
    idempotent(1);
    refresh = due();
    send_it(refresh);
    NEED(osign_refresh_answer(refresh, answer.status, "application/json; note=\xe9t\xe9", answer.body, answer.length, NULL) ==
         OSIGN_OK);
    CHECK(finished(refresh) > 1);
    refresh = due();
    send_it(refresh);
    NEED(osign_refresh_cut(refresh, answer.status, "\xff", answer.body, answer.length, NULL) == OSIGN_OK);
    CHECK(finished(refresh) > 1);
    for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        refresh = due();
        send_it(refresh);
        NEED(osign_refresh_answer(refresh, statuses[i], NULL, answer.body, answer.length, NULL) == OSIGN_OK);
        CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_WAIT && is_one_kept());
        CHECK(to_the_end(refresh) >= 1 && !is_one_kept());
    }
    /* Nor is it believed when it says that a person must log in. */
    refresh = due();
    send_it(refresh);
    NEED(osign_refresh_cut(refresh, 7, NULL, refusal, strlen(refusal), NULL) == OSIGN_OK);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_WAIT && is_one_kept());
    CHECK(to_the_end(refresh) >= 1);
    idempotent(0);
}

static void one_that_is_freed_is_lost(void)
{
    osign_token *token = NULL;
    osign_refresh *refresh;
    osign_error *error = NULL;
    idempotent(1);
    refresh = due();
    send_it(refresh);
    osign_refresh_free(refresh);
    /* The lock is given back, and the store's own client gets the same pair again. */
    if (CHECK(osign_store_access_token(store, "crm", 60, &token, &error) == OSIGN_OK)) {
        CHECK(strncmp(osign_token_value(token), "access-", 7) == 0);
    } else {
        fprintf(stderr, "%s\n", osign_error_message(error));
    }
    osign_token_free(token);
    osign_error_free(error);
    idempotent(0);
}

/* While one sends, another waits for the lock, and then has the same token without a request. */
static void another_waits(void)
{
    osign_refresh *first = due(), *second = begin_refresh("crm");
    int64_t wait;
    CHECK(osign_refresh_state(second) == OSIGN_REFRESH_WAIT);
    wait = osign_refresh_wait_milliseconds(second);
    CHECK(wait >= 0 && wait < 1000);
    CHECK(osign_refresh_lost(second, NULL) == OSIGN_INVALID_ARGUMENT);
    send_it(first);
    NEED(tell(first, NULL) == OSIGN_OK);
    finished(first);
    CHECK(to_the_end(second) == 0);
}

static void a_service_that_asks_to_wait(void)
{
    osign_refresh *refresh = due();
    NEED(osign_refresh_set_retry_after(refresh, 1, NULL) == OSIGN_OK);
    NEED(osign_refresh_answer(refresh, 429, NULL, NULL, 0, NULL) == OSIGN_OK);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_WAIT);
    CHECK(osign_refresh_wait_milliseconds(refresh) > 800 && osign_refresh_wait_milliseconds(refresh) <= 1100);
    CHECK(to_the_end(refresh) == 1);
}

/* It outlives its store. */
static void the_store_may_go_first(void)
{
    osign_refresh *refresh = due();
    char url[1024];
    osign_store_free(store);
    send_it(refresh);
    NEED(tell(refresh, NULL) == OSIGN_OK);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_TOKEN);
    NEED(osign_store_open(store_url(url, sizeof url, "refresh"), KEY, strlen(KEY), &store, NULL) == OSIGN_OK);
    finished(refresh);
}

static void a_grant_that_is_turned_down(void)
{
    osign_error *error = NULL;
    osign_token *token = NULL;
    osign_refresh *refresh = due();
    const char *body = "{\"error\": \"invalid_grant\"}";
    CHECK(osign_refresh_answer(refresh, 400, "application/json", body, strlen(body), &error) == OSIGN_NEEDS_LOGIN);
    CHECK_TEXT(osign_error_reason(error), "rejected");
    osign_error_free(error);
    CHECK(osign_refresh_state(refresh) == OSIGN_REFRESH_ENDED);
    CHECK(osign_refresh_token(refresh, &token, NULL) == OSIGN_INVALID_ARGUMENT && token == NULL);
    osign_refresh_free(refresh);
    CHECK(osign_refresh_begin(store, "crm", 0, &refresh, NULL) == OSIGN_NEEDS_LOGIN);
}

int main(int argc, char **argv)
{
    begin(argc, argv);
    store = new_store("refresh");
    a_login();
    what_is_good_is_there_at_once();
    bad_input();
    a_refresh();
    a_token_that_is_refused();
    nothing_was_sent();
    if (getenv("OSIGN_TEST_AGAIN") == NULL) { /* They wait for half a minute. */
        an_answer_that_is_lost();
        an_answer_that_broke_off();
    }
    an_answer_with_a_header_or_a_status_that_is_none();
    one_that_is_freed_is_lost();
    another_waits();
    a_service_that_asks_to_wait();
    the_store_may_go_first();
    a_grant_that_is_turned_down();
    osign_store_free(store);
    return checks_end("refresh");
}
