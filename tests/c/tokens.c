/* Stores, grants and tokens, over a service on the loopback: each function, and what it says to bad input. */
#define _POSIX_C_SOURCE 200809L
#include "provider.h"

/* The call fails with this status and this reason, with a place for the error and without. */
static const char *wanted;
static osign_error *error;

#define REFUSED(status, reason, call)                                       \
    do {                                                                    \
        wanted = (reason);                                                  \
        refused_at((status), (call), __FILE__, __LINE__);                   \
    } while (0)

static void refused_at(osign_status status, osign_status got, const char *file, int line)
{
    char what[256];
    snprintf(what, sizeof what, "%s (%s), not %s (%s: %s)", osign_status_name(status), wanted, osign_status_name(got),
             osign_error_reason(error), osign_error_message(error));
    check_at(got == status && osign_error_status(error) == status && strcmp(osign_error_reason(error), wanted) == 0 &&
                 strstr(osign_error_message(error), CLIENT_SECRET) == NULL &&
                 strstr(osign_error_message(error), "BwcH") == NULL,
             file, line, what);
    osign_error_free(error);
    error = NULL;
}

static osign_token *token_of(const osign_store *store, const char *grant, int64_t min_validity)
{
    osign_token *token = NULL;
    if (!CHECK(osign_store_access_token(store, grant, min_validity, &token, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s\n", osign_error_message(error));
        exit(checks_end("tokens"));
    }
    CHECK(error == NULL);
    return token;
}

static void frees_and_getters_take_null(void)
{
    size_t len = 77;
    osign_store_free(NULL);
    osign_store_options_free(NULL);
    osign_token_free(NULL);
    osign_http_request_free(NULL);
    osign_grant_free(NULL);
    osign_oauth2_login_free(NULL);
    osign_bundle_free(NULL);
    osign_report_free(NULL);
    osign_refresh_free(NULL);
    CHECK_TEXT(osign_token_value(NULL), "");
    CHECK_TEXT(osign_token_type(NULL), "");
    CHECK(osign_token_expires_at(NULL) == 0 && osign_token_generation(NULL) == 0);
    CHECK_TEXT(osign_http_request_method(NULL), "");
    CHECK_TEXT(osign_http_request_url(NULL), "");
    CHECK(osign_http_request_header_count(NULL) == 0);
    CHECK(osign_http_request_header_name(NULL, 0) == NULL && osign_http_request_header_value(NULL, 0) == NULL);
    CHECK(osign_http_request_body(NULL, &len) == NULL && len == 0);
    CHECK(osign_http_request_generation(NULL) == 0);
    CHECK_TEXT(osign_oauth2_login_url(NULL), "");
    CHECK_TEXT(osign_bundle_text(NULL), "");
    CHECK(osign_bundle_revision(NULL) == 0);
    CHECK_TEXT(osign_report_json(NULL), "");
    CHECK(osign_refresh_state(NULL) == OSIGN_REFRESH_ENDED && osign_refresh_wait_milliseconds(NULL) == 0);
}

static void keys(void)
{
    char key[64], other[64], small[8];
    size_t len = 0;
    NEED(osign_store_key_new(NULL, 0, &len, NULL) == OSIGN_OK);
    CHECK(len == strlen(KEY) + 1);
    NEED(osign_store_key_new(key, sizeof key, &len, &error) == OSIGN_OK);
    CHECK(len == strlen(KEY) && strlen(key) == len && memcmp(key, KEY, 12) == 0);
    NEED(osign_store_key_new(other, sizeof other, &len, NULL) == OSIGN_OK);
    CHECK(strcmp(key, other) != 0);
    REFUSED(OSIGN_BUFFER_TOO_SMALL, "small-buffer", osign_store_key_new(small, sizeof small, &len, &error));
    CHECK(len == strlen(KEY) + 1);
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_key_new(key, sizeof key, NULL, &error));
}

static void stores(void)
{
    char url[1024], missing[1024];
    osign_store *store = NULL, *untouched = NULL;
    unsigned char raw[32];
    memset(raw, 7, sizeof raw);
    store_url(url, sizeof url, "stores");
    store_url(missing, sizeof missing, "missing");

    REFUSED(OSIGN_STORE_UNUSABLE, "no-store", osign_store_open(missing, KEY, strlen(KEY), &store, &error));
    REFUSED(OSIGN_INVALID_STORE_KEY, "bad-store-key", osign_store_create(url, "short", 5, &store, &error));
    REFUSED(OSIGN_INVALID_STORE_KEY, "bad-store-key", osign_store_create(url, NULL, 0, &store, &error));
    REFUSED(OSIGN_STORE_UNUSABLE, "no-store", osign_store_open(url, raw, sizeof raw, &store, &error));
    NEED(osign_store_create(url, raw, sizeof raw, &store, &error) == OSIGN_OK);
    CHECK(error == NULL);
    osign_store_free(store);
    store = NULL;
    REFUSED(OSIGN_STORE_UNUSABLE, "store-exists", osign_store_create(url, KEY, strlen(KEY), &store, &error));
    NEED(osign_store_open(url, KEY, strlen(KEY), &store, NULL) == OSIGN_OK);

    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_open(NULL, KEY, strlen(KEY), &untouched, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_open(url, KEY, strlen(KEY), NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-with-length", osign_store_open(url, NULL, 3, &untouched, &error));
    REFUSED(OSIGN_INVALID_UTF8, "not-utf8", osign_store_open("sqlite:\xff", KEY, strlen(KEY), &untouched, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-store-url", osign_store_open("", KEY, strlen(KEY), &untouched, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-store-url", osign_store_open("oracle:x", KEY, strlen(KEY), &untouched, &error));
    snprintf(url, sizeof url, "sqlite:%s", folder);
    REFUSED(OSIGN_STORE_UNUSABLE, "store-is-folder", osign_store_open(url, KEY, strlen(KEY), &untouched, &error));
    snprintf(url, sizeof url, "sqlite:%s/no-folder/x.db", folder);
    REFUSED(OSIGN_STORE_UNUSABLE, "no-store-folder", osign_store_create(url, KEY, strlen(KEY), &untouched, &error));
    CHECK(untouched == NULL);
    osign_store_free(store);
}

static void stores_by_options(void)
{
    char url[1024];
    osign_store_options *options = NULL;
    osign_store *store = NULL;
    osign_grant *grant = NULL;
    osign_token *token = NULL;
    store_url(url, sizeof url, "options");

    NEED(osign_store_options_new(&options, &error) == OSIGN_OK);
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_options_new(NULL, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "key-or-passphrase", osign_store_create_with(url, options, &store, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "unknown-setting", osign_store_options_set(options, "colour", "red", &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "not-seconds", osign_store_options_set(options, "patience", "soon", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_options_set(NULL, "key", KEY, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_options_set(options, NULL, KEY, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_options_set(options, "key", NULL, &error));
    NEED(osign_store_options_set(options, "environment", "one", &error) == OSIGN_OK);
    NEED(osign_store_options_set(options, "anchors", folder, &error) == OSIGN_OK);
    NEED(osign_store_options_set(options, "ca_file", "/nowhere", &error) == OSIGN_OK);
    NEED(osign_store_options_set(options, "patience", "5", &error) == OSIGN_OK);
    NEED(osign_store_options_set(options, "passphrase", "short", &error) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_STORE_KEY, "short-passphrase", osign_store_create_with(url, options, &store, &error));
    store_url(url, sizeof url, "options-2");
    NEED(osign_store_options_set(options, "passphrase", "correct horse battery", &error) == OSIGN_OK);
    NEED(osign_store_create_with(url, options, &store, &error) == OSIGN_OK);
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "static");
    set(grant, "secret", "k3y");
    NEED(osign_store_add(store, "weather", grant, NULL) == OSIGN_OK);
    osign_grant_free(grant);
    osign_store_free(store);
    store = NULL;

    NEED(osign_store_open_with(url, options, &store, &error) == OSIGN_OK);
    token = token_of(store, "weather", 0);
    CHECK_TEXT(osign_token_value(token), "k3y");
    CHECK_TEXT(osign_token_type(token), "");
    CHECK(osign_token_expires_at(token) == 0 && osign_token_generation(token) == 1);
    osign_token_free(token);
    osign_store_free(store);
    token = NULL;
    store = NULL;

    /* Another environment: nothing is given out until somebody says so. */
    NEED(osign_store_options_set(options, "environment", "two", &error) == OSIGN_OK);
    NEED(osign_store_open_with(url, options, &store, &error) == OSIGN_OK);
    REFUSED(OSIGN_QUARANTINED, "quarantined", osign_store_access_token(store, "weather", 0, &token, &error));
    NEED(osign_store_adopt(store, NULL, &error) == OSIGN_OK);
    token = token_of(store, "weather", 0);
    osign_token_free(token);
    token = NULL;
    osign_store_free(store);
    store = NULL;

    /* Another key. */
    NEED(osign_store_options_set(options, "key", KEY, &error) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_ARGUMENT, "key-or-passphrase", osign_store_open_with(url, options, &store, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_open_with(url, NULL, &store, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_open_with(NULL, options, &store, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_create_with(url, NULL, &store, &error));
    osign_store_options_free(options);
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "key", KEY, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "environment", "two", NULL) == OSIGN_OK);
    NEED(osign_store_open_with(url, options, &store, &error) == OSIGN_OK);
    REFUSED(OSIGN_WRONG_STORE_KEY, "foreign-key", osign_store_access_token(store, "weather", 0, &token, &error));
    CHECK(token == NULL);
    osign_store_free(store);
    osign_store_options_free(options);
}

static void grants_to_come(const osign_store *store)
{
    osign_grant *grant = NULL;
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_grant_new(NULL, &error));
    NEED(osign_grant_new(&grant, &error) == OSIGN_OK);
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_grant_set(NULL, "kind", "code", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_grant_set(grant, NULL, "code", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_grant_set(grant, "kind", NULL, &error));
    REFUSED(OSIGN_INVALID_UTF8, "not-utf8", osign_grant_set(grant, "scope", "\xff", &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "unknown-setting", osign_grant_set(grant, "colour", "red", &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "unknown-kind", osign_grant_set(grant, "kind", "odd", &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "not-flag", osign_grant_set(grant, "pkce", "perhaps", &error));
    REFUSED(OSIGN_NOT_CONFIGURED, "no-provider", osign_store_add(store, "x", grant, &error));
    set(grant, "provider", "nobody");
    REFUSED(OSIGN_UNKNOWN_PROVIDER, "unknown-provider", osign_store_add(store, "x", grant, &error));
    osign_grant_free(grant);
    grant = new_grant();
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-grant-name", osign_store_add(store, "../x", grant, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_add(store, NULL, grant, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_add(NULL, "x", grant, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_add(store, "x", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_replace(store, "x", NULL, &error));
    /* It may be added again and again. */
    NEED(osign_store_add(store, "crm", grant, &error) == OSIGN_OK);
    REFUSED(OSIGN_GRANT_EXISTS, "grant-exists", osign_store_add(store, "crm", grant, &error));
    NEED(osign_store_replace(store, "crm", grant, &error) == OSIGN_OK);
    NEED(osign_store_replace(store, "spare", grant, &error) == OSIGN_OK);
    NEED(osign_store_rename(store, "spare", "other", &error) == OSIGN_OK);
    REFUSED(OSIGN_GRANT_EXISTS, "grant-exists", osign_store_rename(store, "other", "crm", &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_rename(store, "spare", "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_rename(store, "other", NULL, &error));
    NEED(osign_store_remove(store, "other", &error) == OSIGN_OK);
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_remove(store, "other", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_remove(store, NULL, &error));
    osign_grant_free(grant);
}

static void logins(const osign_store *store)
{
    char callback[2048], text[2048];
    osign_oauth2_login *login = NULL;
    osign_token *token = NULL;
    REFUSED(OSIGN_NEEDS_LOGIN, "not-logged-in", osign_store_access_token(store, "crm", 0, &token, &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_oauth2_login_begin(store, "x", NULL, &login, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth2_login_begin(store, NULL, NULL, &login, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth2_login_begin(NULL, "crm", NULL, &login, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth2_login_begin(store, "crm", NULL, NULL, &error));
    REFUSED(OSIGN_NEEDS_LOGIN, "no-login", osign_oauth2_login_finish(store, "crm", CALLBACK "?code=a&state=b", &error));
    CHECK(login == NULL);

    NEED(osign_oauth2_login_begin(store, "crm", NULL, &login, &error) == OSIGN_OK);
    snprintf(text, sizeof text, "%s/authorize?", provider);
    CHECK(strncmp(osign_oauth2_login_url(login), text, strlen(text)) == 0);
    CHECK(strstr(osign_oauth2_login_url(login), "code_challenge_method=S256") != NULL);
    browse(osign_oauth2_login_url(login), callback, sizeof callback);
    osign_oauth2_login_free(login); /* It can still be finished. */
    CHECK(strncmp(callback, CALLBACK, strlen(CALLBACK)) == 0);
    REFUSED(OSIGN_FOREIGN_STATE, "other-state",
            osign_oauth2_login_finish(store, "crm", CALLBACK "?code=a&state=b", &error));
    REFUSED(OSIGN_INVALID_ANSWER, "not-callback", osign_oauth2_login_finish(store, "crm", "", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth2_login_finish(store, "crm", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth2_login_finish(store, NULL, callback, &error));
    NEED(osign_oauth2_login_finish(store, "crm", callback, &error) == OSIGN_OK);
    REFUSED(OSIGN_NEEDS_LOGIN, "no-login", osign_oauth2_login_finish(store, "crm", callback, &error));

    control("{'authorize': 'deny'}");
    agree(store, "crm", callback, sizeof callback);
    REFUSED(OSIGN_DENIED, "access-denied", osign_oauth2_login_finish(store, "crm", callback, &error));
    control("{'authorize': 'code'}");

    /* A code that a person copies; and one that is none. */
    REFUSED(OSIGN_NEEDS_LOGIN, "code-rejected", osign_oauth2_login_exchange(store, "crm", "none", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth2_login_exchange(store, "crm", NULL, NULL, &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_oauth2_login_exchange(store, "x", "code", NULL, &error));
}

static void tokens(const osign_store *store)
{
    osign_token *token, *untouched = NULL;
    int64_t first, now = osign_timestamp();
    token = token_of(store, "crm", 60);
    CHECK(strncmp(osign_token_value(token), "access-", 7) == 0);
    CHECK_TEXT(osign_token_type(token), "Bearer");
    CHECK(osign_token_expires_at(token) > now + 3500 && osign_token_expires_at(token) < now + 3700);
    first = osign_token_generation(token);
    CHECK(first > 1);
    osign_token_free(token);

    /* Nobody can ask for more than half of its life, and nobody is harmed by less than nothing. */
    token = token_of(store, "crm", INT64_MAX);
    CHECK(osign_token_generation(token) == first);
    osign_token_free(token);
    token = token_of(store, "crm", INT64_MIN);
    CHECK(osign_token_generation(token) == first);
    osign_token_free(token);

    NEED(osign_store_refused(store, "crm", first, 401, &error) == OSIGN_OK);
    token = token_of(store, "crm", 0);
    CHECK(osign_token_generation(token) == first + 1);
    osign_token_free(token);
    /* Told once more of the former one: there is a newer one already. */
    NEED(osign_store_refused(store, "crm", first, 401, &error) == OSIGN_OK);
    token = token_of(store, "crm", 0);
    CHECK(osign_token_generation(token) == first + 1);
    osign_token_free(token);
    REFUSED(OSIGN_TRY_LATER, "refused-at-once", osign_store_refused(store, "crm", first + 1, 401, &error));
    REFUSED(OSIGN_TRY_LATER, "not-expired", osign_store_refused(store, "crm", first + 1, 500, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "unknown-generation", osign_store_refused(store, "crm", 99, 401, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "negative-number", osign_store_refused(store, "crm", -1, 401, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-http-status", osign_store_refused(store, "crm", first, 0, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-http-status", osign_store_refused(store, "crm", first, 70000, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_refused(NULL, "crm", first, 401, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_refused(store, NULL, first, 401, &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_refused(store, "x", first, 401, &error));

    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_access_token(store, "x", 0, &untouched, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-grant-name", osign_store_access_token(store, "", 0, &untouched, &error));
    REFUSED(OSIGN_INVALID_UTF8, "not-utf8", osign_store_access_token(store, "\xc3", 0, &untouched, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_access_token(NULL, "crm", 0, &untouched, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_access_token(store, NULL, 0, &untouched, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_access_token(store, "crm", 0, NULL, &error));
    CHECK(untouched == NULL);
}

static osign_status authorize(const osign_store *store, const char *method, const char *url, const char *type,
                              const char *body, osign_http_request **request)
{
    return osign_store_authorize(store, "crm", method, url, type, body, body == NULL ? 0 : strlen(body), request, &error);
}

static void requests(const osign_store *store)
{
    char url[256], wrong[256], header[512];
    int32_t expired = 77;
    size_t len = 77;
    osign_http_request *request = NULL;
    osign_token *token = token_of(store, "crm", 30);
    http_answer *answer = (http_answer *)malloc(sizeof *answer);
    NEED(answer != NULL);
    snprintf(url, sizeof url, "%s/api/echo?a=1", provider);
    snprintf(header, sizeof header, "Bearer %s", osign_token_value(token));

    NEED(authorize(store, "GET", url, NULL, NULL, &request) == OSIGN_OK);
    CHECK_TEXT(osign_http_request_method(request), "GET");
    CHECK_TEXT(osign_http_request_url(request), url);
    CHECK(osign_http_request_header_count(request) == 1);
    CHECK_TEXT(osign_http_request_header_name(request, 0), "Authorization");
    CHECK_TEXT(osign_http_request_header_value(request, 0), header);
    CHECK(osign_http_request_header_name(request, 1) == NULL);
    CHECK(osign_http_request_header_value(request, SIZE_MAX) == NULL);
    CHECK(osign_http_request_body(request, &len) == NULL && len == 0);
    CHECK(osign_http_request_generation(request) == osign_token_generation(token));
    http_send(request, answer);
    CHECK(answer->status == 200);
    osign_http_request_free(request);

    NEED(authorize(store, "POST", url, "application/json", "{\"x\": 1}", &request) == OSIGN_OK);
    CHECK(osign_http_request_header_count(request) == 2);
    CHECK_TEXT(osign_http_request_header_name(request, 1), "Content-Type");
    CHECK_TEXT(osign_http_request_header_value(request, 1), "application/json");
    CHECK(memcmp(osign_http_request_body(request, &len), "{\"x\": 1}", 8) == 0 && len == 8);
    CHECK(osign_http_request_body(request, NULL) != NULL);
    http_send(request, answer);
    CHECK(answer->status == 200 && strstr(answer->body, "{\\\"x\\\": 1}") != NULL);
    osign_http_request_free(request);
    NEED(authorize(store, "PUT", url, NULL, "x", &request) == OSIGN_OK);
    CHECK_TEXT(osign_http_request_header_value(request, 1), "application/octet-stream");
    osign_http_request_free(request);
    request = NULL;

    REFUSED(OSIGN_UNTRUSTED_HOST, "host-elsewhere", authorize(store, "GET", "https://example.com/", NULL, NULL, &request));
    snprintf(wrong, sizeof wrong, "http://example.com/");
    CHECK(authorize(store, "GET", wrong, NULL, NULL, &request) == OSIGN_UNTRUSTED_HOST);
    osign_error_free(error);
    REFUSED(OSIGN_INVALID_URL, "relative-url", authorize(store, "GET", "/api", NULL, NULL, &request));
    REFUSED(OSIGN_INVALID_METHOD, "bad-method", authorize(store, "G T", url, NULL, NULL, &request));
    REFUSED(OSIGN_INVALID_METHOD, "empty-method", authorize(store, "", url, NULL, NULL, &request));
    CHECK(authorize(store, "POST", url, "text/plain\r\nX: y", "", &request) == OSIGN_INVALID_PARAMETER);
    osign_error_free(error);
    REFUSED(OSIGN_NULL_ARGUMENT, "null", authorize(store, NULL, url, NULL, NULL, &request));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", authorize(store, "GET", NULL, NULL, NULL, &request));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", authorize(NULL, "GET", url, NULL, NULL, &request));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", authorize(store, "GET", url, NULL, NULL, NULL));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-with-length",
            osign_store_authorize(store, "crm", "GET", url, NULL, NULL, 5, &request, &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant",
            osign_store_authorize(store, "x", "GET", url, NULL, NULL, 0, &request, &error));
    CHECK(request == NULL);

    NEED(osign_store_is_expired(store, "crm", 401, NULL, 0, &expired, &error) == OSIGN_OK);
    CHECK(expired == 1);
    NEED(osign_store_is_expired(store, "crm", 200, "ok", 2, &expired, &error) == OSIGN_OK);
    CHECK(expired == 0);
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-http-status", osign_store_is_expired(store, "crm", 99, NULL, 0, &expired, &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_is_expired(store, "x", 401, NULL, 0, &expired, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_is_expired(store, "crm", 401, NULL, 0, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-with-length", osign_store_is_expired(store, "crm", 401, NULL, 1, &expired, &error));
    osign_token_free(token);
    free(answer);
}

static int has(const osign_report *report, const char *text)
{
    int found = strstr(osign_report_json(report), text) != NULL;
    if (!found) {
        fprintf(stderr, "no %s in %s\n", text, osign_report_json(report));
    }
    return found;
}

/* Everywhere the new key and the old one, then the new one alone; and a copy. */
static void another_key(void)
{
    char url[1024], copy[1000];
    osign_store_options *options = NULL;
    osign_store *store = new_store("rekeyed"), *both = NULL, *after = NULL;
    osign_token *token = NULL;
    osign_report *report = NULL;
    int64_t count = -1;
    store_url(url, sizeof url, "rekeyed");
    snprintf(copy, sizeof copy, "%s/rekeyed.copy", folder);
    add_grant(store, "crm");
    log_in(store, "crm");
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "passphrase", "correct horse battery", NULL) == OSIGN_OK);
    NEED(osign_store_open_with(url, options, &both, NULL) == OSIGN_OK);
    REFUSED(OSIGN_WRONG_STORE_KEY, "foreign-key", osign_store_access_token(both, "crm", 0, &token, &error));
    REFUSED(OSIGN_WRONG_STORE_KEY, "foreign-key", osign_store_rekey(both, &count, &error));
    osign_store_free(both);
    both = NULL;
    NEED(osign_store_options_set(options, "old_key", "short", NULL) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_STORE_KEY, "bad-store-key", osign_store_open_with(url, options, &both, &error));
    NEED(osign_store_options_set(options, "old_key", KEY, NULL) == OSIGN_OK);
    NEED(osign_store_open_with(url, options, &both, &error) == OSIGN_OK);
    token = token_of(both, "crm", 0);
    osign_token_free(token);
    token = NULL;
    NEED(osign_store_rekey(both, &count, &error) == OSIGN_OK);
    CHECK(count == 1);
    NEED(osign_store_rekey(both, NULL, NULL) == OSIGN_OK);
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_rekey(NULL, &count, &error));
    REFUSED(OSIGN_WRONG_STORE_KEY, "foreign-key", osign_store_access_token(store, "crm", 0, &token, &error));
    osign_store_free(store);
    osign_store_free(both);
    osign_store_options_free(options);
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "passphrase", "correct horse battery", NULL) == OSIGN_OK);
    NEED(osign_store_open_with(url, options, &after, NULL) == OSIGN_OK);
    token = token_of(after, "crm", 0);
    osign_token_free(token);

    NEED(osign_store_backup(after, copy, &error) == OSIGN_OK);
    REFUSED(OSIGN_STORE_UNUSABLE, "store-exists", osign_store_backup(after, copy, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_backup(after, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_backup(NULL, copy, &error));
    NEED(osign_store_info(after, &report, &error) == OSIGN_OK);
    CHECK(has(report, "\"grants\":1,") && has(report, "\"quarantine\":null") && has(report, "\"not_saved\":[]"));
    osign_report_free(report);
    report = NULL;
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_info(after, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_info(NULL, &report, &error));
    osign_store_free(after);
    snprintf(url, sizeof url, "sqlite:%s", copy);
    NEED(osign_store_open_with(url, options, &after, NULL) == OSIGN_OK);
    NEED(osign_store_info(after, &report, &error) == OSIGN_OK);
    CHECK(has(report, "\"quarantine\":\"moved\"") && has(report, "rekeyed.copy\""));
    osign_report_free(report);
    osign_store_free(after);
    osign_store_options_free(options);
}

static void reports(const osign_store *store)
{
    osign_report *report = NULL;
    NEED(osign_store_list(store, NULL, &report, &error) == OSIGN_OK);
    CHECK(strncmp(osign_report_json(report), "[{\"account\":null,", 17) == 0);
    CHECK(has(report, "\"grant\":\"crm\"") && has(report, "\"status\":\"active\"") && has(report, "\"kind\":\"code\""));
    osign_report_free(report);
    NEED(osign_store_list(store, "crm", &report, &error) == OSIGN_OK);
    CHECK(osign_report_json(report)[0] == '{' && has(report, "\"client_id\":\"" CLIENT_ID "\"") && has(report, "\"kept\":[]"));
    CHECK(strstr(osign_report_json(report), CLIENT_SECRET) == NULL && strstr(osign_report_json(report), "access-") == NULL);
    osign_report_free(report);
    NEED(osign_store_check(store, 0, &report, &error) == OSIGN_OK);
    CHECK_TEXT(osign_report_json(report), "[]");
    osign_report_free(report);
    NEED(osign_store_history(store, "crm", 100, &report, &error) == OSIGN_OK);
    CHECK(has(report, "\"event\":\"refreshed\"") && has(report, "\"event\":\"logged-in\"") && has(report, "\"event\":\"added\""));
    osign_report_free(report);
    NEED(osign_store_history(store, "crm", 0, &report, &error) == OSIGN_OK);
    CHECK_TEXT(osign_report_json(report), "[]");
    osign_report_free(report);
    report = NULL;
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_list(store, "x", &report, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_list(NULL, NULL, &report, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_list(store, NULL, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_check(NULL, 0, &report, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_check(store, 0, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_history(store, NULL, 1, &report, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_history(store, "crm", 1, NULL, &error));
    CHECK(report == NULL);

    add_grant(store, "waiting");
    NEED(osign_store_check(store, 0, &report, &error) == OSIGN_OK);
    CHECK(has(report, "\"what\":\"not-logged-in\"") && has(report, "\"urgent\":true"));
    osign_report_free(report);
    NEED(osign_store_remove(store, "waiting", NULL) == OSIGN_OK);
}

static osign_status export_by(const osign_store *store, const char *purpose, const char *key, const char *passphrase,
                              osign_bundle **bundle)
{
    return osign_store_export(store, "crm", purpose, key, key == NULL ? 0 : strlen(key), passphrase, bundle, &error);
}

static void from_store_to_store(const osign_store *store)
{
    osign_store *elsewhere = new_store("elsewhere");
    osign_bundle *bundle = NULL, *untouched = NULL;
    osign_token *token = NULL;
    const char *phrase = "correct horse battery";
    int64_t revision;

    REFUSED(OSIGN_INVALID_ARGUMENT, "unknown-purpose", export_by(store, "copy", KEY, NULL, &untouched));
    REFUSED(OSIGN_INVALID_ARGUMENT, "key-or-passphrase", export_by(store, "move", NULL, NULL, &untouched));
    REFUSED(OSIGN_INVALID_ARGUMENT, "key-or-passphrase", export_by(store, "move", KEY, phrase, &untouched));
    REFUSED(OSIGN_INVALID_STORE_KEY, "bad-store-key", export_by(store, "move", "short", NULL, &untouched));
    REFUSED(OSIGN_INVALID_STORE_KEY, "short-passphrase", export_by(store, "move", NULL, "short", &untouched));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", export_by(NULL, "move", KEY, NULL, &untouched));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", export_by(store, NULL, KEY, NULL, &untouched));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", export_by(store, "move", KEY, NULL, NULL));
    CHECK(untouched == NULL);

    NEED(export_by(store, "backup", NULL, phrase, &bundle) == OSIGN_OK);
    CHECK(strncmp(osign_bundle_text(bundle), "{\"format\":\"osign-bundle-1\",\"purpose\":\"backup\"", 44) == 0);
    osign_bundle_free(bundle);

    NEED(export_by(store, "move", KEY, NULL, &bundle) == OSIGN_OK);
    revision = osign_bundle_revision(bundle);
    CHECK(revision > 0);
    token = token_of(store, "crm", 0); /* It goes on here until it is there. */
    osign_token_free(token);
    token = NULL;
    REFUSED(OSIGN_INVALID_ARGUMENT, "no-bundle", osign_store_import(elsewhere, "{}", KEY, strlen(KEY), NULL, NULL, &error));
    REFUSED(OSIGN_WRONG_STORE_KEY, "bundle-key",
            osign_store_import(elsewhere, osign_bundle_text(bundle), NULL, 0, phrase, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_import(elsewhere, NULL, KEY, strlen(KEY), NULL, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null",
            osign_store_import(NULL, osign_bundle_text(bundle), KEY, strlen(KEY), NULL, NULL, &error));
    NEED(osign_store_import(elsewhere, osign_bundle_text(bundle), KEY, strlen(KEY), NULL, NULL, &error) == OSIGN_OK);
    REFUSED(OSIGN_GRANT_EXISTS, "grant-exists",
            osign_store_import(elsewhere, osign_bundle_text(bundle), KEY, strlen(KEY), NULL, NULL, &error));
    NEED(osign_store_import(elsewhere, osign_bundle_text(bundle), KEY, strlen(KEY), NULL, "twin", &error) == OSIGN_OK);
    NEED(osign_store_remove(elsewhere, "twin", &error) == OSIGN_OK);
    REFUSED(OSIGN_QUARANTINED, "imported", osign_store_access_token(elsewhere, "crm", 0, &token, &error));

    REFUSED(OSIGN_TRY_LATER, "changed-meanwhile", osign_store_exported(store, "crm", revision - 1, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "negative-number", osign_store_exported(store, "crm", -1, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_exported(store, NULL, revision, &error));
    NEED(osign_store_exported(store, "crm", revision, &error) == OSIGN_OK);
    CHECK(osign_store_access_token(store, "crm", 0, &token, NULL) != OSIGN_OK && token == NULL);
    NEED(osign_store_adopt(elsewhere, "crm", &error) == OSIGN_OK);
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_adopt(elsewhere, "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_adopt(NULL, NULL, &error));
    token = token_of(elsewhere, "crm", 0);
    osign_token_free(token);
    osign_bundle_free(bundle);
    osign_store_free(elsewhere);
}

static void the_end_of_a_grant(const osign_store *store)
{
    int32_t told = 77;
    long before;
    osign_token *token = NULL;
    osign_grant *grant = NULL;
    add_grant(store, "ends");
    log_in(store, "ends");
    before = counted("revoke");
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_revoke(store, "x", &told, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_revoke(store, NULL, &told, &error));
    CHECK(told == 77);
    NEED(osign_store_revoke(store, "ends", &told, &error) == OSIGN_OK);
    CHECK(told == 1 && counted("revoke") == before + 1);
    REFUSED(OSIGN_NEEDS_LOGIN, "revoked", osign_store_access_token(store, "ends", 0, &token, &error));
    CHECK(token == NULL);
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "static");
    set(grant, "secret", "k3y");
    NEED(osign_store_add(store, "key", grant, NULL) == OSIGN_OK);
    NEED(osign_store_revoke(store, "key", &told, &error) == OSIGN_OK);
    CHECK(told == 0);
    NEED(osign_store_revoke(store, "key", NULL, &error) == OSIGN_OK);
    osign_grant_free(grant);

    add_grant(store, "here");
    log_in(store, "here");
    before = counted("revoke");
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_revoke_here(store, "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_revoke_here(store, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_revoke_here(NULL, "here", &error));
    NEED(osign_store_revoke_here(store, "here", &error) == OSIGN_OK);
    CHECK(counted("revoke") == before);
    REFUSED(OSIGN_NEEDS_LOGIN, "revoked", osign_store_access_token(store, "here", 0, &token, &error));
    CHECK(token == NULL);
}

/* A grant of OAuth 1.0a signs what a signer with its credentials signs, and hands nothing out. */
static void signed_requests(void)
{
    static const char form[] = "application/x-www-form-urlencoded", body[] = "name=T%C3%A9&size=2";
    const char *url = "https://api.example.com/items?b=%20x";
    char nonce[64], timestamp[32];
    const char *header;
    int32_t expired = 77;
    size_t len = 0;
    osign_store *store = new_store("signed");
    osign_grant *grant = NULL;
    osign_http_request *request = NULL;
    osign_token *token = NULL;
    osign_refresh *refresh = NULL;
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *to_sign = NULL;
    osign_oauth1_signed *signed_request = NULL;

    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "oauth1");
    set(grant, "consumer_key", "key");
    set(grant, "consumer_secret", CLIENT_SECRET);
    set(grant, "token", "to/ken");
    set(grant, "token_secret", "s3cret");
    set(grant, "realm", "Shop");
    set(grant, "api_origin", "https://api.example.com");
    NEED(osign_store_add(store, "crm", grant, &error) == OSIGN_OK);
    NEED(authorize(store, "POST", url, form, body, &request) == OSIGN_OK);
    CHECK_TEXT(osign_http_request_method(request), "POST");
    CHECK_TEXT(osign_http_request_url(request), url);
    CHECK(osign_http_request_header_count(request) == 2 && osign_http_request_generation(request) == 1);
    CHECK_TEXT(osign_http_request_header_name(request, 0), "Authorization");
    CHECK_TEXT(osign_http_request_header_value(request, 1), form);
    CHECK(memcmp(osign_http_request_body(request, &len), body, strlen(body)) == 0 && len == strlen(body));
    header = osign_http_request_header_value(request, 0);
    NEED(strstr(header, "OAuth realm=\"Shop\", oauth_consumer_key=\"key\", oauth_nonce=\"") == header);
    NEED(sscanf(strstr(header, "oauth_nonce="), "oauth_nonce=\"%63[^\"]", nonce) == 1);
    NEED(sscanf(strstr(header, "oauth_timestamp="), "oauth_timestamp=\"%31[^\"]", timestamp) == 1);

    NEED(osign_oauth1_signer_new("key", CLIENT_SECRET, &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "to/ken", "s3cret", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_realm(signer, "Shop", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_new("POST", url, &to_sign, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_body(to_sign, form, body, strlen(body), NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_nonce(to_sign, nonce, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(to_sign, atol(timestamp), NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, to_sign, &signed_request, NULL) == OSIGN_OK);
    CHECK_TEXT(osign_oauth1_signed_authorization(signed_request), header);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(to_sign);
    osign_oauth1_signer_free(signer);
    osign_http_request_free(request);
    request = NULL;

    REFUSED(OSIGN_UNTRUSTED_HOST, "host-elsewhere", authorize(store, "GET", "https://example.com/", NULL, NULL, &request));
    REFUSED(OSIGN_NOT_CONFIGURED, "signs-each-request", osign_store_access_token(store, "crm", 0, &token, &error));
    REFUSED(OSIGN_NOT_CONFIGURED, "signs-each-request", osign_store_refused(store, "crm", 1, 401, &error));
    REFUSED(OSIGN_NOT_CONFIGURED, "signs-each-request", osign_refresh_begin(store, "crm", 0, &refresh, &error));
    REFUSED(OSIGN_NOT_CONFIGURED, "login-by-steps",
            osign_refresh_begin_login(store, "crm", "oauth_token=a&oauth_verifier=b", &refresh, &error));
    CHECK(request == NULL && token == NULL && refresh == NULL);
    NEED(osign_store_is_expired(store, "crm", 401, NULL, 0, &expired, &error) == OSIGN_OK);
    CHECK(expired == 0);

    /* Its words are its own. */
    osign_grant_free(grant);
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "oauth1");
    set(grant, "consumer_key", "key");
    set(grant, "client_secret", CLIENT_SECRET);
    REFUSED(OSIGN_INVALID_ARGUMENT, "not-of-kind", osign_store_add(store, "other", grant, &error));
    osign_grant_free(grant);
    osign_store_free(store);
}

/* Of OAuth 1.0a alone, and where the service has it. */
static void a_longer_life(void)
{
    const char *url = "https://api.example.com/";
    osign_store *store = new_store("renewed");
    osign_grant *grant = NULL;
    osign_http_request *request = NULL;
    const long before = counted("renew");
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "oauth1");
    set(grant, "consumer_key", "key");
    set(grant, "consumer_secret", CLIENT_SECRET);
    set(grant, "token", "old");
    set(grant, "token_secret", "s3cret");
    set(grant, "api_origin", "https://api.example.com");
    NEED(osign_store_add(store, "crm", grant, &error) == OSIGN_OK);
    REFUSED(OSIGN_NOT_CONFIGURED, "no-endpoint", osign_store_renew(store, "crm", &error));
    set(grant, "allow_insecure_http", "true");
    set_path(grant, "renew_url", "/nowhere");
    NEED(osign_store_replace(store, "crm", grant, &error) == OSIGN_OK);
    REFUSED(OSIGN_DENIED, "request-refused", osign_store_renew(store, "crm", &error));
    NEED(authorize(store, "GET", url, NULL, NULL, &request) == OSIGN_OK);
    CHECK(strstr(osign_http_request_header_value(request, 0), "oauth_token=\"old\"") != NULL);
    osign_http_request_free(request);
    set_path(grant, "renew_url", "/renew");
    NEED(osign_store_replace(store, "crm", grant, &error) == OSIGN_OK);
    CHECK(counted("renew") == before);
    NEED(osign_store_renew(store, "crm", &error) == OSIGN_OK && error == NULL);
    NEED(osign_store_renew(store, "crm", NULL) == OSIGN_OK);
    CHECK(counted("renew") == before + 2);
    NEED(authorize(store, "GET", url, NULL, NULL, &request) == OSIGN_OK);
    CHECK(strstr(osign_http_request_header_value(request, 0), "oauth_token=\"token-") != NULL);
    osign_http_request_free(request);

    osign_grant_free(grant);
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "static");
    set(grant, "secret", "k3y");
    NEED(osign_store_add(store, "key", grant, NULL) == OSIGN_OK);
    REFUSED(OSIGN_NOT_CONFIGURED, "other-grant", osign_store_renew(store, "key", &error));
    REFUSED(OSIGN_UNKNOWN_GRANT, "unknown-grant", osign_store_renew(store, "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_renew(NULL, "crm", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_store_renew(store, NULL, &error));
    osign_grant_free(grant);
    osign_store_free(store);
}

/* What is handed out owes nothing to its store. */
static void handles_outlive_their_store(void)
{
    char url[256];
    osign_store *store = new_store("outlived");
    osign_token *token;
    osign_http_request *request = NULL;
    osign_report *report = NULL;
    add_grant(store, "crm");
    log_in(store, "crm");
    token = token_of(store, "crm", 0);
    snprintf(url, sizeof url, "%s/api/me", provider);
    NEED(authorize(store, "GET", url, NULL, NULL, &request) == OSIGN_OK);
    NEED(osign_store_list(store, NULL, &report, NULL) == OSIGN_OK);
    osign_store_free(store);
    CHECK(strstr(osign_http_request_header_value(request, 0), osign_token_value(token)) != NULL);
    CHECK(has(report, "\"grant\":\"crm\""));
    osign_report_free(report);
    osign_http_request_free(request);
    osign_token_free(token);
}

int main(int argc, char **argv)
{
    osign_store *store;
    begin(argc, argv);
    frees_and_getters_take_null();
    keys();
    stores();
    stores_by_options();
    store = new_store("tokens");
    grants_to_come(store);
    logins(store);
    tokens(store);
    requests(store);
    reports(store);
    from_store_to_store(store);
    the_end_of_a_grant(store);
    another_key();
    osign_store_free(store);
    signed_requests();
    a_longer_life();
    handles_outlive_their_store();
    return checks_end("tokens");
}
