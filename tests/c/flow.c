/* A login of OAuth 1.0a, step by step, with answers and callbacks of tests/vectors/flow: what each function does, and what it says
 * to bad input. Nothing is sent.
 *
 * Its argument is tests/vectors; the profiles of the services stand beside, in src/provider/services.
 */
#include "vectors.h"

#define KEY "osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
#define TEMPORARY "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true"
#define CALLBACK "https://example.com/cb?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884"
#define TOKEN "oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00&user_id=7&x=a%00b"

static osign_error *error;
static const char *reason; /* That a call should be refused with. */

#define REFUSED(status, word, call)                                         \
    do {                                                                    \
        reason = (word);                                                    \
        refused_at((status), (call), __FILE__, __LINE__);                   \
    } while (0)

static void refused_at(osign_status status, osign_status got, const char *file, int line)
{
    char what[512];
    const char *message = osign_error_message(error);
    snprintf(what, sizeof what, "%s (%s), not %s (%s: %s)", osign_status_name(status), reason, osign_status_name(got),
             osign_error_reason(error), message);
    check_at(got == status && osign_error_status(error) == status && strcmp(osign_error_reason(error), reason) == 0 &&
                 strstr(message, "hdhd0244") == NULL && strstr(message, "pfkkdhi9") == NULL && strstr(message, "hunter2") == NULL,
             file, line, what);
    osign_error_free(error);
    error = NULL;
}

static osign_oauth1_flow *new_flow(const char *provider, const char *profile)
{
    osign_oauth1_flow *flow = NULL;
    if (!CHECK(osign_oauth1_flow_new(provider, profile, "dpf43f3p2l4k3l03", "kd94hf93k423kf44", &flow, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s: %s\n", current, osign_error_message(error));
        exit(checks_end("flow"));
    }
    return flow;
}

static void set(osign_oauth1_flow *flow, const char *name, const char *value)
{
    if (!CHECK(osign_oauth1_flow_set(flow, name, value, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s: %s: %s\n", current, name, osign_error_message(error));
    }
    osign_error_free(error);
    error = NULL;
}

static osign_oauth1_flow *photos(void)
{
    osign_oauth1_flow *flow = new_flow(NULL, NULL);
    set(flow, "request_token_url", "https://photos.example.net/initiate");
    set(flow, "authorize_url", "https://photos.example.net/authorize");
    set(flow, "access_token_url", "https://photos.example.net/token");
    set(flow, "renew_url", "https://photos.example.net/renew");
    set(flow, "revoke_url", "https://photos.example.net/revoke");
    set(flow, "callback", "https://example.com/cb");
    return flow;
}

/* A request, of which some words of its header are looked for. */
static void check_request(osign_http_request *request, const char *path, const char *words)
{
    const char *header = osign_http_request_header_value(request, 0);
    char url[128];
    snprintf(url, sizeof url, "https://photos.example.net/%s", path);
    CHECK_TEXT(osign_http_request_method(request), "POST");
    CHECK_TEXT(osign_http_request_url(request), url);
    CHECK(osign_http_request_generation(request) == 0);
    if (!CHECK(header != NULL && strstr(header, words) != NULL)) {
        fprintf(stderr, "    %s\n", header == NULL ? "(none)" : header);
    }
    osign_http_request_free(request);
}

static osign_status read_temporary(osign_oauth1_flow *flow, const char *body)
{
    return osign_oauth1_flow_read_temporary(flow, 200, NULL, body, strlen(body), &error);
}

/* A flow at whose service a person is to agree. */
static osign_oauth1_flow *begun(void)
{
    osign_oauth1_flow *flow = photos();
    osign_http_request *request = NULL;
    NEED(osign_oauth1_flow_request_temporary(flow, &request, NULL) == OSIGN_OK);
    osign_http_request_free(request);
    NEED(read_temporary(flow, TEMPORARY) == OSIGN_OK);
    return flow;
}

static void a_login(void)
{
    osign_oauth1_flow *flow = photos();
    osign_http_request *request = NULL;
    osign_oauth1_credentials *credentials = NULL;
    char url[256], tight[74], id[17];
    size_t len = 0;
    NEED(osign_oauth1_flow_request_temporary(flow, &request, &error) == OSIGN_OK && error == NULL);
    check_request(request, "initiate", "oauth_callback=\"https%3A%2F%2Fexample.com%2Fcb\"");
    NEED(osign_oauth1_flow_read_temporary(flow, 200, "text/html", TEMPORARY, strlen(TEMPORARY), &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_set_parameter(flow, "perms", "hunter2", &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_set_parameter(flow, "perms", "write", &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_authorize_url(flow, url, sizeof url, &len, &error) == OSIGN_OK);
    CHECK_TEXT(url, "https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola&perms=write");
    CHECK(len == strlen(url));
    CHECK(osign_oauth1_flow_authorize_url(flow, NULL, 0, &len, &error) == OSIGN_OK && len == strlen(url) + 1);
    CHECK(osign_oauth1_flow_authorize_url(flow, tight, sizeof tight, &len, NULL) == OSIGN_BUFFER_TOO_SMALL);
    CHECK(len == strlen(url) + 1);
    CHECK(osign_oauth1_flow_id(flow, id, sizeof id, &len, &error) == OSIGN_OK && len == 16);
    CHECK(osign_oauth1_flow_read_callback(flow, CALLBACK, &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_request_token(flow, &request, &error) == OSIGN_OK);
    check_request(request, "token", "oauth_verifier=\"hfdp7dh39dks9884\"");
    NEED(osign_oauth1_flow_read_token(flow, 200, NULL, TOKEN, strlen(TOKEN), &credentials, &error) == OSIGN_OK);
    CHECK_TEXT(osign_oauth1_credentials_token(credentials), "nnch734d00sl2jdk");
    CHECK_TEXT(osign_oauth1_credentials_token_secret(credentials), "pfkkdhi9sl3r4s00");
    CHECK_TEXT(osign_oauth1_credentials_session_handle(credentials), "");
    CHECK_TEXT(osign_oauth1_credentials_account(credentials), "");
    CHECK(osign_oauth1_credentials_expires_in(credentials) == 0);
    CHECK(osign_oauth1_credentials_authorization_expires_in(credentials) == 0);
    CHECK_TEXT(osign_oauth1_credentials_field(credentials, "user_id"), "7");
    CHECK_TEXT(osign_oauth1_credentials_field(credentials, "oauth_token"), "nnch734d00sl2jdk");
    /* No text of C; the JSON has it. */
    CHECK(osign_oauth1_credentials_field(credentials, "x") == NULL);
    CHECK(osign_oauth1_credentials_field(credentials, "none") == NULL);
    CHECK_TEXT(osign_oauth1_credentials_json(credentials),
               "{\"oauth_token\":\"nnch734d00sl2jdk\",\"oauth_token_secret\":\"pfkkdhi9sl3r4s00\",\"user_id\":\"7\",\"x\":\"a\\u0000b\"}");
    osign_oauth1_credentials_free(credentials);
    /* Used once. */
    REFUSED(OSIGN_INVALID_ARGUMENT, "step-before", osign_oauth1_flow_request_token(flow, &request, &error));

    NEED(osign_oauth1_flow_request_renewal(flow, &request, &error) == OSIGN_OK);
    check_request(request, "renew", "oauth_token=\"nnch734d00sl2jdk\"");
    {
        const char *body = "oauth_token=a&oauth_token_secret=b&oauth_session_handle=h&oauth_expires_in=60&"
                           "oauth_authorization_expires_in=3600";
        NEED(osign_oauth1_flow_read_renewal(flow, 200, NULL, body, strlen(body), &credentials, &error) == OSIGN_OK);
    }
    CHECK_TEXT(osign_oauth1_credentials_token(credentials), "a");
    CHECK_TEXT(osign_oauth1_credentials_session_handle(credentials), "h");
    CHECK(osign_oauth1_credentials_expires_in(credentials) == 60);
    CHECK(osign_oauth1_credentials_authorization_expires_in(credentials) == 3600);
    osign_oauth1_credentials_free(credentials);
    NEED(osign_oauth1_flow_request_disconnect(flow, &request, &error) == OSIGN_OK);
    check_request(request, "revoke", "oauth_token=\"a\"");
    CHECK(osign_oauth1_flow_read_disconnect(flow, 204, NULL, NULL, 0, &error) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_ARGUMENT, "step-before", osign_oauth1_flow_request_disconnect(flow, &request, &error));

    NEED(osign_oauth1_flow_set_credentials(flow, "c", "d", "e", &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_request_renewal(flow, &request, &error) == OSIGN_OK);
    check_request(request, "renew", "oauth_session_handle=\"e\"");
    NEED(osign_oauth1_flow_set_credentials(flow, "c", "d", NULL, &error) == OSIGN_OK);
    osign_oauth1_flow_free(flow);
}

static void name_and_password(void)
{
    osign_oauth1_flow *flow = photos();
    osign_http_request *request = NULL;
    osign_oauth1_credentials *credentials = NULL;
    size_t len = 0;
    const uint8_t *body;
    REFUSED(OSIGN_NOT_CONFIGURED, "no-xauth", osign_oauth1_flow_request_xauth(flow, "anna", "hunter2", &request, &error));
    set(flow, "xauth", "true");
    NEED(osign_oauth1_flow_request_xauth(flow, "anna", "hunter2", &request, &error) == OSIGN_OK);
    body = osign_http_request_body(request, &len);
    CHECK(len == 68 && memcmp(body, "x_auth_username=anna&x_auth_password=hunter2&x_auth_mode=client_auth", len) == 0);
    osign_http_request_free(request);
    NEED(osign_oauth1_flow_read_token(flow, 200, NULL, TOKEN, strlen(TOKEN), &credentials, &error) == OSIGN_OK);
    osign_oauth1_credentials_free(credentials);
    osign_oauth1_flow_free(flow);
}

/* A request as a signer signs it, with a nonce and a timestamp of its own; the caller frees the text. */
static char *signed_by(const osign_oauth1_signer *signer)
{
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    char *header;
    NEED(osign_oauth1_request_new("POST", "https://api.example.net/items?a=1", &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_body(request, "application/json", "{}", 2, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_nonce(request, "chapoH", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(request, 137131202, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    header = copy(osign_oauth1_signed_authorization(signed_request));
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    return header;
}

/* It signs what a signer signs that was made by hand. */
static void check_signer(const osign_oauth1_flow *flow, const osign_oauth1_signer *by_hand)
{
    osign_oauth1_signer *signer = NULL;
    char *header, *wanted = signed_by(by_hand);
    NEED(osign_oauth1_flow_signer(flow, &signer, &error) == OSIGN_OK && error == NULL);
    header = signed_by(signer);
    CHECK_TEXT(header, wanted);
    free(header);
    free(wanted);
    osign_oauth1_signer_free(signer);
}

static void a_signer_of_what_a_login_brought(void)
{
    osign_oauth1_flow *flow = begun();
    osign_oauth1_signer *by_hand = NULL, *signer = NULL;
    osign_http_request *request = NULL;
    osign_oauth1_credentials *credentials = NULL;
    char *header;
    REFUSED(OSIGN_INVALID_ARGUMENT, "step-before", osign_oauth1_flow_signer(flow, &signer, &error));
    set(flow, "signature_method", "HMAC-SHA256");
    set(flow, "realm", "Photos");
    set(flow, "send_version", "false");
    NEED(osign_oauth1_flow_read_callback(flow, CALLBACK, NULL) == OSIGN_OK);
    NEED(osign_oauth1_flow_request_token(flow, &request, NULL) == OSIGN_OK);
    osign_http_request_free(request);
    REFUSED(OSIGN_INVALID_ARGUMENT, "step-before", osign_oauth1_flow_signer(flow, &signer, &error));
    NEED(osign_oauth1_flow_read_token(flow, 200, NULL, TOKEN, strlen(TOKEN), &credentials, NULL) == OSIGN_OK);
    osign_oauth1_credentials_free(credentials);
    NEED(osign_oauth1_signer_new("dpf43f3p2l4k3l03", "kd94hf93k423kf44", &by_hand, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(by_hand, "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(by_hand, "HMAC-SHA256", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_realm(by_hand, "Photos", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_send_version(by_hand, 0, NULL) == OSIGN_OK);
    check_signer(flow, by_hand);
    /* Where the parameters travel is the request's, and the flow lives on or does not. */
    set(flow, "transmission", "body");
    check_signer(flow, by_hand);
    NEED(osign_oauth1_flow_signer(flow, &signer, NULL) == OSIGN_OK);
    set(flow, "signature_method", "RSA-SHA256");
    {
        osign_oauth1_signer *untouched = NULL;
        REFUSED(OSIGN_INVALID_KEY, "no-private-key", osign_oauth1_flow_signer(flow, &untouched, &error));
        REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_signer(NULL, &untouched, &error));
        REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_signer(flow, NULL, &error));
        CHECK(untouched == NULL);
    }
    osign_oauth1_flow_free(flow);
    header = signed_by(signer);
    CHECK(strncmp(header, "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", ", 61) == 0);
    free(header);
    osign_oauth1_signer_free(signer);
    osign_oauth1_signer_free(by_hand);

    /* Of a service whose realm is the account, with credentials that were kept. */
    flow = new_flow("netsuite", NULL);
    NEED(osign_oauth1_flow_set_credentials(flow, "a", "b", NULL, NULL) == OSIGN_OK);
    REFUSED(OSIGN_NOT_CONFIGURED, "no-account", osign_oauth1_flow_signer(flow, &signer, &error));
    set(flow, "account", "1234567-sb1.suitetalk.api.netsuite.com");
    NEED(osign_oauth1_signer_new("dpf43f3p2l4k3l03", "kd94hf93k423kf44", &by_hand, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(by_hand, "a", "b", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(by_hand, "HMAC-SHA256", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_realm(by_hand, "1234567_SB1", NULL) == OSIGN_OK);
    check_signer(flow, by_hand);
    osign_oauth1_signer_free(by_hand);
    osign_oauth1_flow_free(flow);
}

static osign_status passport(const char *const texts[6], int64_t timestamp, char *buf, size_t cap, size_t *len)
{
    return osign_oauth1_netsuite_passport(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], timestamp, buf, cap, len, &error);
}

/* Its values are those of the vectors: vector_parts.c. */
static void a_passport(void)
{
    static const char *const good[6] = {"1234567", "key", "hunter2", "token", "hunter2", "nonce"};
    static const int bad_text[6] = {1, 1, 0, 1, 0, 1}; /* Secrets may hold anything. */
    const char *texts[6];
    char buf[64];
    size_t len = 77, i;
    memset(buf, '#', sizeof buf);
    for (i = 0; i < 6; i++) {
        memcpy(texts, good, sizeof texts);
        texts[i] = NULL;
        REFUSED(OSIGN_NULL_ARGUMENT, "null", passport(texts, 1, buf, sizeof buf, &len));
        texts[i] = "hunter2\xff";
        REFUSED(OSIGN_INVALID_UTF8, "not-utf8", passport(texts, 1, buf, sizeof buf, &len));
        texts[i] = "hunter2\n";
        if (bad_text[i]) {
            REFUSED(OSIGN_INVALID_PARAMETER, "control-character", passport(texts, 1, buf, sizeof buf, &len));
        }
    }
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-timestamp", passport(good, 0, buf, sizeof buf, &len));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", passport(good, 1, buf, sizeof buf, NULL));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-buffer", passport(good, 1, NULL, 9, &len));
    memcpy(texts, good, sizeof texts);
    texts[5] = "";
    REFUSED(OSIGN_INVALID_PARAMETER, "empty-nonce", passport(texts, 1, buf, sizeof buf, &len));
    CHECK(len == 77 && buf[0] == '#');
    NEED(passport(good, 1, buf, sizeof buf, &len) == OSIGN_OK && error == NULL);
    CHECK(len == 44 && strlen(buf) == 44);
}

/* Between two web requests, in another flow. */
static void kept_between(void)
{
    osign_oauth1_flow *flow = begun(), *other = photos();
    osign_http_request *request = NULL;
    char sealed[2048], again[2048], id[17], other_id[17];
    size_t len = 0, size = 0;
    NEED(osign_oauth1_flow_seal(flow, KEY, strlen(KEY), "session", NULL, 0, &size, &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_seal(flow, KEY, strlen(KEY), "session", sealed, sizeof sealed, &len, &error) == OSIGN_OK);
    CHECK(len == strlen(sealed) && len + 1 == size && strncmp(sealed, "osign-pending-1.", 16) == 0);
    NEED(osign_oauth1_flow_seal(flow, KEY, strlen(KEY), "session", again, sizeof again, &len, &error) == OSIGN_OK);
    CHECK(strcmp(sealed, again) != 0);
    CHECK(osign_oauth1_flow_seal(flow, KEY, strlen(KEY), "session", sealed, 9, &len, NULL) == OSIGN_BUFFER_TOO_SMALL && len == size);
    REFUSED(OSIGN_FOREIGN_STATE, "no-pending", osign_oauth1_flow_open(other, KEY, strlen(KEY), "", sealed, &error));
    REFUSED(OSIGN_FOREIGN_STATE, "no-pending",
            osign_oauth1_flow_open(other, "hunter2hunter2hunter2hunter2hunt", 32, "session", sealed, &error));
    REFUSED(OSIGN_FOREIGN_STATE, "no-pending", osign_oauth1_flow_open(other, KEY, strlen(KEY), "session", sealed + 1, &error));
    REFUSED(OSIGN_INVALID_STORE_KEY, "bad-store-key", osign_oauth1_flow_open(other, "hunter2", 7, "session", sealed, &error));
    REFUSED(OSIGN_INVALID_STORE_KEY, "bad-store-key",
            osign_oauth1_flow_seal(flow, "hunter2", 7, "session", again, sizeof again, &len, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "step-before",
            osign_oauth1_flow_seal(other, KEY, strlen(KEY), "session", again, sizeof again, &len, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "step-before", osign_oauth1_flow_id(other, other_id, sizeof other_id, &len, &error));
    NEED(osign_oauth1_flow_open(other, KEY, strlen(KEY), "session", sealed, &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_id(flow, id, sizeof id, &len, &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_id(other, other_id, sizeof other_id, &len, &error) == OSIGN_OK);
    CHECK_TEXT(other_id, id);
    osign_oauth1_flow_free(flow);
    REFUSED(OSIGN_FOREIGN_STATE, "other-callback-token",
            osign_oauth1_flow_read_callback(other, "https://example.com/cb?oauth_token=x&oauth_verifier=v", &error));
    REFUSED(OSIGN_INVALID_ANSWER, "code-for-address", osign_oauth1_flow_read_callback(other, "8234572", &error));
    NEED(osign_oauth1_flow_read_callback(other, CALLBACK, &error) == OSIGN_OK);
    NEED(osign_oauth1_flow_request_token(other, &request, &error) == OSIGN_OK);
    check_request(request, "token", "oauth_token=\"hh5s93j4hdidpola\"");
    osign_oauth1_flow_free(other);
}

static void bad_input(void)
{
    osign_oauth1_flow *flow = NULL, *good = begun();
    osign_http_request *request = NULL;
    osign_oauth1_credentials *credentials = NULL;
    char text[64];
    size_t len = 0;
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_new(NULL, NULL, NULL, "s", &flow, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_new(NULL, NULL, "k", NULL, &flow, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_new(NULL, NULL, "k", "s", NULL, &error));
    REFUSED(OSIGN_UNKNOWN_PROVIDER, "unknown-provider", osign_oauth1_flow_new("hunter2", NULL, "k", "s", &flow, &error));
    REFUSED(OSIGN_INVALID_PROFILE, "profile-syntax", osign_oauth1_flow_new(NULL, "hunter2", "k", "s", &flow, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "two-profiles", osign_oauth1_flow_new("x", "y", "k", "s", &flow, &error));
    REFUSED(OSIGN_NOT_CONFIGURED, "other-grant", osign_oauth1_flow_new("amocrm", NULL, "k", "s", &flow, &error));
    REFUSED(OSIGN_INVALID_PARAMETER, "empty-consumer-key", osign_oauth1_flow_new(NULL, NULL, "", "s", &flow, &error));
    CHECK(flow == NULL);
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set(NULL, "realm", "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set(good, NULL, "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set(good, "realm", NULL, &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "unknown-setting", osign_oauth1_flow_set(good, "hunter2", "x", &error));
    REFUSED(OSIGN_INVALID_ARGUMENT, "bad-callback", osign_oauth1_flow_set(good, "callback", "hunter2", &error));
    REFUSED(OSIGN_UNSUPPORTED_SIGNATURE_METHOD, "unknown-signature-method",
            osign_oauth1_flow_set(good, "signature_method", "hunter2", &error));
    REFUSED(OSIGN_INVALID_KEY, "not-pem", osign_oauth1_flow_set(good, "private_key", "hunter2", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_temporary(NULL, &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_temporary(good, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_challenge(NULL, "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_challenge(good, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_temporary(NULL, 200, NULL, "x", 1, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-with-length", osign_oauth1_flow_read_temporary(good, 200, NULL, NULL, 1, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_parameter(NULL, "a", "b", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_parameter(good, NULL, "b", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_parameter(good, "a", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_authorize_url(NULL, text, sizeof text, &len, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_authorize_url(good, text, sizeof text, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-buffer", osign_oauth1_flow_authorize_url(good, NULL, 9, &len, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_callback(NULL, CALLBACK, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_callback(good, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_token(NULL, &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_token(good, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_xauth(NULL, "a", "b", &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_xauth(good, NULL, "b", &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_xauth(good, "a", NULL, &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_xauth(good, "a", "b", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_token(NULL, 200, NULL, "x", 1, &credentials, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_token(good, 200, NULL, "x", 1, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_seal(NULL, KEY, strlen(KEY), "", text, sizeof text, &len, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null-with-length", osign_oauth1_flow_seal(good, NULL, 1, "", text, sizeof text, &len, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_seal(good, KEY, strlen(KEY), NULL, text, sizeof text, &len, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_open(NULL, KEY, strlen(KEY), "", "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_open(good, KEY, strlen(KEY), NULL, "x", &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_open(good, KEY, strlen(KEY), "", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_id(NULL, text, sizeof text, &len, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_credentials(NULL, "a", "b", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_credentials(good, NULL, "b", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_set_credentials(good, "a", NULL, NULL, &error));
    REFUSED(OSIGN_INVALID_ANSWER, "empty-token", osign_oauth1_flow_set_credentials(good, "", "b", NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_renewal(NULL, &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_renewal(good, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_renewal(NULL, 200, NULL, "x", 1, &credentials, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_renewal(good, 200, NULL, "x", 1, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_disconnect(NULL, &request, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_request_disconnect(good, NULL, &error));
    REFUSED(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_flow_read_disconnect(NULL, 200, NULL, "x", 1, &error));
    /* The login is as it was, after all of this. */
    CHECK(osign_oauth1_flow_read_callback(good, CALLBACK, &error) == OSIGN_OK);
    /* A status that is none is a failure like another, and the header says why where the body does not. */
    REFUSED(OSIGN_INVALID_ANSWER, "service-failed",
            osign_oauth1_flow_read_token(good, -1, NULL, TOKEN, strlen(TOKEN), &credentials, &error));
    NEED(osign_oauth1_flow_set_challenge(good, "OAuth oauth_problem=\"token_expired\"", &error) == OSIGN_OK);
    CHECK(osign_oauth1_flow_read_token(good, 401, NULL, NULL, 0, &credentials, &error) == OSIGN_DENIED);
    CHECK(strstr(osign_error_message(error), "(token_expired)") != NULL);
    osign_error_free(error);
    error = NULL;
    CHECK(request == NULL && credentials == NULL);
    osign_oauth1_flow_free(good);
    osign_oauth1_flow_free(NULL);
    osign_oauth1_credentials_free(NULL);
    CHECK_TEXT(osign_oauth1_credentials_token(NULL), "");
    CHECK_TEXT(osign_oauth1_credentials_token_secret(NULL), "");
    CHECK_TEXT(osign_oauth1_credentials_session_handle(NULL), "");
    CHECK_TEXT(osign_oauth1_credentials_account(NULL), "");
    CHECK_TEXT(osign_oauth1_credentials_json(NULL), "");
    CHECK(osign_oauth1_credentials_field(NULL, "x") == NULL);
    CHECK(osign_oauth1_credentials_expires_in(NULL) == 0 && osign_oauth1_credentials_authorization_expires_in(NULL) == 0);
}

/* --- The vectors ------------------------------------------------------------------------------------ */

/* The text of a vector's profile, with what it replaces; the caller frees it. */
static char *profile_of(const cJSON *vector)
{
    char name[128];
    const char *profile = field(vector, "profile");
    const cJSON *pair;
    char *text;
    snprintf(name, sizeof name, "../../src/provider/services/%s.toml", profile == NULL ? "custom-oauth1" : profile);
    text = read_file(name, NULL);
    cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(vector, "replace")) {
        const char *from = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0)), *to = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 1));
        char *at = strstr(text, from), *made = (char *)malloc(strlen(text) + strlen(to) + 1);
        NEED(at != NULL && made != NULL);
        memcpy(made, text, (size_t)(at - text));
        strcpy(made + (at - text), to);
        strcat(made, at + strlen(from));
        free(text);
        text = made;
    }
    return text;
}

/* A flow by the profile of a vector, after its first request. */
static osign_oauth1_flow *flow_of(const cJSON *vector)
{
    char *profile = profile_of(vector);
    osign_oauth1_flow *flow = new_flow(NULL, profile);
    osign_http_request *request = NULL;
    const cJSON *setting;
    free(profile);
    if (field(vector, "profile") == NULL) {
        set(flow, "request_token_url", "https://photos.example.net/initiate");
        set(flow, "access_token_url", "https://photos.example.net/token");
    }
    cJSON_ArrayForEach(setting, cJSON_GetObjectItemCaseSensitive(vector, "settings")) {
        set(flow, setting->string, cJSON_GetStringValue(setting));
    }
    NEED(osign_oauth1_flow_request_temporary(flow, &request, NULL) == OSIGN_OK);
    osign_http_request_free(request);
    return flow;
}

/* The word of an error, or "" where there is none; frees it. */
static const char *word_of(osign_status status)
{
    static char word[64];
    snprintf(word, sizeof word, "%s", status == OSIGN_OK ? "" : osign_error_reason(error));
    osign_error_free(error);
    error = NULL;
    return word;
}

static void check_word(const cJSON *expected, osign_status status)
{
    const char *word = field(expected, "word");
    if (!CHECK_TEXT(word_of(status), word == NULL ? "" : word)) {
        fprintf(stderr, "    of %s\n", current);
    }
}

static void answers(void)
{
    cJSON *json = read_json("flow/answers.json");
    const cJSON *vector, *pair;
    cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(json, "vectors")) {
        const cJSON *expected = cJSON_GetObjectItemCaseSensitive(vector, "expected");
        const char *text = field(vector, "body"), *type = field(vector, "content_type"), *challenge = field(vector, "challenge");
        const double times = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(vector, "times"));
        const int http_status = (int)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(vector, "status"));
        size_t i, count = times > 1 ? (size_t)times : 1, len = strlen(text) * count;
        char *body = (char *)malloc(len + 1);
        osign_oauth1_flow *flow;
        current = field(vector, "name");
        flow = flow_of(vector);
        NEED(body != NULL);
        for (i = 0; i < count; i++) {
            memcpy(body + i * strlen(text), text, strlen(text));
        }
        if (strcmp(field(vector, "step"), "temporary") == 0) {
            check_word(expected, osign_oauth1_flow_read_temporary(flow, http_status, type, body, len, &error));
        } else {
            osign_oauth1_credentials *credentials = NULL;
            osign_http_request *request = NULL;
            NEED(read_temporary(flow, TEMPORARY) == OSIGN_OK);
            NEED(osign_oauth1_flow_read_callback(flow, "8234572", NULL) == OSIGN_OK);
            NEED(osign_oauth1_flow_request_token(flow, &request, NULL) == OSIGN_OK);
            osign_http_request_free(request);
            if (challenge != NULL) {
                NEED(osign_oauth1_flow_set_challenge(flow, challenge, NULL) == OSIGN_OK);
            }
            check_word(expected, osign_oauth1_flow_read_token(flow, http_status, type, body, len, &credentials, &error));
            if (credentials != NULL) {
                const char *handle = field(expected, "session_handle");
                const cJSON *end = cJSON_GetObjectItemCaseSensitive(expected, "expires_in");
                CHECK_TEXT(osign_oauth1_credentials_token(credentials), field(expected, "token"));
                CHECK_TEXT(osign_oauth1_credentials_token_secret(credentials), field(expected, "secret"));
                CHECK_TEXT(osign_oauth1_credentials_session_handle(credentials), handle == NULL ? "" : handle);
                CHECK(osign_oauth1_credentials_expires_in(credentials) == (end == NULL ? 0 : (int64_t)cJSON_GetNumberValue(end)));
                cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(expected, "others")) {
                    CHECK_TEXT(osign_oauth1_credentials_field(credentials, cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0))),
                               cJSON_GetStringValue(cJSON_GetArrayItem(pair, 1)));
                }
            }
            osign_oauth1_credentials_free(credentials);
        }
        osign_oauth1_flow_free(flow);
        free(body);
    }
    cJSON_Delete(json);
}

static void callbacks(void)
{
    cJSON *json = read_json("flow/callbacks.json");
    const cJSON *vector;
    cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(json, "vectors")) {
        const cJSON *expected = cJSON_GetObjectItemCaseSensitive(vector, "expected");
        const char *token = field(vector, "token"), *verifier = field(expected, "verifier");
        char answer[256];
        osign_http_request *request = NULL;
        osign_oauth1_flow *flow;
        current = field(vector, "name");
        if (token[0] == '\0') {
            continue; /* No login of a flow is without one. */
        }
        flow = flow_of(vector);
        snprintf(answer, sizeof answer, "oauth_token=%s&oauth_token_secret=s&oauth_callback_confirmed=true", token);
        NEED(read_temporary(flow, answer) == OSIGN_OK);
        check_word(expected, osign_oauth1_flow_read_callback(flow, field(vector, "callback"), &error));
        if (field(expected, "word") == NULL) {
            char *wanted = encoded(verifier == NULL ? "" : verifier), words[256];
            NEED(osign_oauth1_flow_request_token(flow, &request, NULL) == OSIGN_OK);
            snprintf(words, sizeof words, "oauth_verifier=\"%s\"", wanted);
            CHECK((strstr(osign_http_request_header_value(request, 0), verifier == NULL ? "oauth_verifier" : words) != NULL) ==
                  (verifier != NULL));
            osign_http_request_free(request);
            free(wanted);
        }
        osign_oauth1_flow_free(flow);
    }
    cJSON_Delete(json);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s VECTORS\n", argv[0]);
        return 2;
    }
    folder = argv[1];
    a_login();
    name_and_password();
    a_signer_of_what_a_login_brought();
    a_passport();
    kept_between();
    bad_input();
    answers();
    callbacks();
    return checks_end("flow");
}
