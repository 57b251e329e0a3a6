/* Settings by name, of signers and requests, and the reason of a refusal in one word.
 *
 * Its argument is tests/vectors, for a private key.
 */
#include "refusal.h"
#include "vectors.h"

#define URL "https://example.com/"
#define START "OAuth oauth_consumer_key=\"key\", oauth_nonce=\"n\", oauth_signature_method=\"PLAINTEXT\", oauth_timestamp=\"1\""
#define VERSION ", oauth_version=\"1.0\""
#define END ", oauth_signature=\"s3cr3t-MARKER%26\""

/* PLAINTEXT, so that every byte of a header is known. */
static osign_oauth1_signer *plain_signer(void)
{
    osign_oauth1_signer *signer = NULL;
    NEED(osign_oauth1_signer_new("key", SECRET, &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set(signer, "signature_method", "PLAINTEXT", NULL) == OSIGN_OK);
    return signer;
}

static osign_oauth1_request *fixed_request(const char *url)
{
    osign_oauth1_request *request = NULL;
    NEED(osign_oauth1_request_new("GET", url, &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set(request, "nonce", "n", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set(request, "timestamp", "1", NULL) == OSIGN_OK);
    return request;
}

static osign_oauth1_signed *sign(const osign_oauth1_signer *signer, const osign_oauth1_request *request)
{
    osign_oauth1_signed *signed_request = NULL;
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    return signed_request;
}

static void check_header(const osign_oauth1_signer *signer, const char *wanted)
{
    osign_oauth1_request *request = fixed_request(URL);
    osign_oauth1_signed *signed_request = sign(signer, request);
    CHECK_TEXT(osign_oauth1_signed_authorization(signed_request), wanted);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
}

/* --- What each name does --------------------------------------------------------------------------- */

static void names_set_what_they_say(void)
{
    static const char *const settings[][3] = {
        {"signature_method", "PLAINTEXT", START VERSION END},
        {"realm", "Photos", "OAuth realm=\"Photos\", oauth_consumer_key=\"key\", oauth_nonce=\"n\", oauth_signature_method="
                            "\"PLAINTEXT\", oauth_timestamp=\"1\"" VERSION END},
        /* A quoted string (RFC 5849 section 3.5.1), and not percent-encoded. */
        {"realm", "a\"b\\c, d \xc3\xa9", "OAuth realm=\"a\\\"b\\\\c, d \xc3\xa9\", oauth_consumer_key=\"key\", oauth_nonce=\"n\", "
                                         "oauth_signature_method=\"PLAINTEXT\", oauth_timestamp=\"1\"" VERSION END},
        {"realm", "", START VERSION END},
        {"send_empty_realm", "true", "OAuth realm=\"\", oauth_consumer_key=\"key\", oauth_nonce=\"n\", oauth_signature_method="
                                     "\"PLAINTEXT\", oauth_timestamp=\"1\"" VERSION END},
        {"send_empty_realm", "false", START VERSION END},
        {"send_empty_token", "1", START ", oauth_token=\"\"" VERSION END},
        {"send_empty_token", "0", START VERSION END},
        {"version", "1.0a", START ", oauth_version=\"1.0a\"" END},
        {"send_version", "false", START END},
        {"send_version", "0", START END},
        {"send_version", "true", START VERSION END},
        {"body_hash", "1", START VERSION ", oauth_body_hash=\"2jmj7l5rSw0yVb%2FvlWAYkK%2FYBwk%3D\"" END},
        {"body_hash", "false", START VERSION END},
        {"plaintext_nonce", "1", START VERSION END},
        {"url_form", "normal", START VERSION END},
        {"mastercard_form", "1", START VERSION ", oauth_body_hash=\"2jmj7l5rSw0yVb/vlWAYkK/YBwk=\"" END},
        {"mastercard_form", "0", START VERSION END},
    };
    size_t i;
    for (i = 0; i < sizeof settings / sizeof *settings; i++) {
        osign_oauth1_signer *signer = plain_signer();
        osign_error *error = UNTOUCHED(osign_error);
        CHECK(osign_oauth1_signer_set(signer, settings[i][0], settings[i][1], &error) == OSIGN_OK && error == NULL);
        check_header(signer, settings[i][2]);
        osign_oauth1_signer_free(signer);
    }
}

/* RFC 5849 section 3.1: nonce and timestamp may be left out with PLAINTEXT, and with no other method. */
static void plaintext_without_nonce(void)
{
    osign_oauth1_signer *signer = plain_signer();
    char header[1024];
    size_t len = 0;
    NEED(osign_oauth1_signer_set(signer, "plaintext_nonce", "0", NULL) == OSIGN_OK);
    CHECK(osign_oauth1_authorization(signer, "GET", URL, NULL, NULL, 0, header, sizeof header, &len, NULL) == OSIGN_OK);
    CHECK_TEXT(header, "OAuth oauth_consumer_key=\"key\", oauth_signature_method=\"PLAINTEXT\"" VERSION END);
    NEED(osign_oauth1_signer_set(signer, "signature_method", "HMAC-SHA1", NULL) == OSIGN_OK);
    CHECK(osign_oauth1_authorization(signer, "GET", URL, NULL, NULL, 0, header, sizeof header, &len, NULL) == OSIGN_OK);
    CHECK(strstr(header, "oauth_nonce=") != NULL && strstr(header, "oauth_timestamp=") != NULL);
    osign_oauth1_signer_free(signer);
}

static void clock_offset(void)
{
    static const char *const offsets[] = {"3600", "-3600", "0"};
    osign_oauth1_signer *signer = plain_signer();
    osign_oauth1_request *request = NULL;
    size_t i;
    NEED(osign_oauth1_request_new("GET", URL, &request, NULL) == OSIGN_OK);
    for (i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        osign_oauth1_signed *signed_request;
        int64_t before = osign_timestamp() + strtol(offsets[i], NULL, 10), timestamp;
        NEED(osign_oauth1_signer_set(signer, "clock_offset", offsets[i], NULL) == OSIGN_OK);
        signed_request = sign(signer, request);
        timestamp = osign_oauth1_signed_timestamp(signed_request);
        CHECK(timestamp >= before && timestamp < before + 60);
        osign_oauth1_signed_free(signed_request);
    }
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* By name and by its own function a key signs the same. */
static void private_key(void)
{
    char *pem = read_file("oauth1/keys/wiki-rsa-1024.pem", NULL);
    osign_oauth1_signer *named = plain_signer(), *called = plain_signer();
    osign_oauth1_request *request = fixed_request(URL);
    osign_oauth1_signed *one, *other;
    NEED(osign_oauth1_signer_set(named, "private_key", pem, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set(named, "signature_method", "RSA-SHA256", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_private_key(called, pem, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(called, "RSA-SHA256", NULL) == OSIGN_OK);
    one = sign(named, request);
    other = sign(called, request);
    CHECK(strlen(osign_oauth1_signed_signature(one)) == 172);
    CHECK_TEXT(osign_oauth1_signed_authorization(one), osign_oauth1_signed_authorization(other));
    osign_oauth1_signed_free(other);
    osign_oauth1_signed_free(one);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(called);
    osign_oauth1_signer_free(named);
    free(pem);
}

/* --- The form of URLs ------------------------------------------------------------------------------ */

#define GIVEN "HTTP://User:Pw@EXAMPLE.com:80/a/../%7e b/%2f?c=%2f d#e"
#define GIVEN_SENT "HTTP://User:Pw@EXAMPLE.com:80/a/../%7e%20b/%2f?c=%2f%20d#e"
#define GIVEN_SIGNED "GET&http%3A%2F%2Fexample.com%2Fa%2F..%2F%257e%2520b%2F%252f&"
#define NORMAL "http://example.com/~%20b/%2F?c=%2F%20d"
#define NORMAL_SIGNED "GET&http%3A%2F%2Fexample.com%2F~%2520b%2F%252F&"

static void forms_of_urls(void)
{
    /* The form, what the full way hands back and signs, and whether the short way signs that too. */
    static const struct {
        const char *form, *sent, *start;
        int short_way_too;
    } forms[] = {
        {NULL, NORMAL, NORMAL_SIGNED, 0},
        {"as-given", GIVEN_SENT, GIVEN_SIGNED, 1},
        {"normal", NORMAL, NORMAL_SIGNED, 1},
        {"usual", NORMAL, NORMAL_SIGNED, 0},
    };
    osign_oauth1_signer *signer = NULL;
    size_t i;
    NEED(osign_oauth1_signer_new("key", SECRET, &signer, NULL) == OSIGN_OK);
    for (i = 0; i < sizeof forms / sizeof *forms; i++) {
        osign_oauth1_request *request = fixed_request(GIVEN);
        osign_oauth1_signed *signed_request;
        char header[1024], *nonce, *timestamp;
        size_t len = 0;
        if (forms[i].form != NULL) {
            NEED(osign_oauth1_signer_set(signer, "url_form", forms[i].form, NULL) == OSIGN_OK);
        }
        signed_request = sign(signer, request);
        CHECK_TEXT(osign_oauth1_signed_url(signed_request), forms[i].sent);
        CHECK(strncmp(osign_oauth1_signed_base_string(signed_request), forms[i].start, strlen(forms[i].start)) == 0);
        osign_oauth1_signed_free(signed_request);

        NEED(osign_oauth1_authorization(signer, "GET", GIVEN, NULL, NULL, 0, header, sizeof header, &len, NULL) == OSIGN_OK);
        nonce = header_parameter(header, "oauth_nonce");
        timestamp = header_parameter(header, "oauth_timestamp");
        NEED(osign_oauth1_request_set(request, "nonce", nonce, NULL) == OSIGN_OK);
        NEED(osign_oauth1_request_set(request, "timestamp", timestamp, NULL) == OSIGN_OK);
        signed_request = sign(signer, request);
        CHECK((strcmp(header, osign_oauth1_signed_authorization(signed_request)) == 0) == forms[i].short_way_too);
        osign_oauth1_signed_free(signed_request);
        free(timestamp);
        free(nonce);
        osign_oauth1_request_free(request);
    }
    osign_oauth1_signer_free(signer);
}

/* --- Requests -------------------------------------------------------------------------------------- */

static void settings_of_requests(void)
{
    osign_oauth1_signer *signer = plain_signer();
    osign_oauth1_request *request = fixed_request(URL);
    osign_oauth1_signed *signed_request;
    const char *wanted = "a=1&oauth_consumer_key=key&oauth_nonce=n&oauth_signature_method=PLAINTEXT&oauth_timestamp=1"
                         "&oauth_version=1.0&oauth_signature=s3cr3t-MARKER%26";
    size_t len = 0;
    NEED(osign_oauth1_request_set_body(request, "text/plain", "a=1", 3, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set(request, "content_type", FORM, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set(request, "transmission", "body", NULL) == OSIGN_OK);
    signed_request = sign(signer, request);
    CHECK_TEXT(osign_oauth1_signed_authorization(signed_request), "");
    NEED(osign_oauth1_signed_body(signed_request, &len) != NULL);
    CHECK(len == strlen(wanted) && memcmp(osign_oauth1_signed_body(signed_request, NULL), wanted, len) == 0);
    osign_oauth1_signed_free(signed_request);

    NEED(osign_oauth1_request_set(request, "nonce", "another", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set(request, "timestamp", "137131201", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set(request, "transmission", "query", NULL) == OSIGN_OK);
    signed_request = sign(signer, request);
    CHECK_TEXT(osign_oauth1_signed_nonce(signed_request), "another");
    CHECK(osign_oauth1_signed_timestamp(signed_request) == 137131201);
    CHECK(strncmp(osign_oauth1_signed_url(signed_request), URL "?oauth_consumer_key=key&", sizeof URL + 23) == 0);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* --- Refusals, and their reasons ------------------------------------------------------------------- */

/* A refusal with this reason, and without one where nobody asks. */
#define REASON(status, word, call)                            \
    do {                                                      \
        osign_error *made = NULL;                             \
        osign_error **e = &made;                              \
        CHECK((call) == (status));                            \
        CHECK_TEXT(osign_error_reason(made), word);           \
        CHECK(strstr(osign_error_message(made), SECRET) == 0); \
        osign_error_free(made);                               \
        e = NULL;                                             \
        CHECK((call) == (status));                            \
    } while (0)

static void bad_settings(void)
{
    enum whose { SIGNER, REQUEST };
    static const struct {
        enum whose whose;
        const char *name, *value;
        osign_status status;
        const char *reason;
    } bad[] = {
        {SIGNER, "", "1", OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {SIGNER, "Realm", "x", OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {SIGNER, "realm ", "x", OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {SIGNER, "consumer_secret", SECRET, OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {SIGNER, "transmission", "query", OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {SIGNER, "send_version", "", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "send_version", "2", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "send_version", "TRUE", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "body_hash", "yes", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "send_empty_token", " 1", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "send_empty_realm", "-1", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "plaintext_nonce", SECRET, OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "mastercard_form", "Mastercard", OSIGN_INVALID_ARGUMENT, "not-flag"},
        {SIGNER, "clock_offset", "", OSIGN_INVALID_ARGUMENT, "not-seconds"},
        {SIGNER, "clock_offset", "1.5", OSIGN_INVALID_ARGUMENT, "not-seconds"},
        {SIGNER, "clock_offset", "1s", OSIGN_INVALID_ARGUMENT, "not-seconds"},
        {SIGNER, "clock_offset", "true", OSIGN_INVALID_ARGUMENT, "not-seconds"},
        {SIGNER, "clock_offset", "9223372036854775808", OSIGN_INVALID_ARGUMENT, "not-seconds"},
        {SIGNER, "url_form", "", OSIGN_INVALID_ARGUMENT, "unknown-url-form"},
        {SIGNER, "url_form", "Normal", OSIGN_INVALID_ARGUMENT, "unknown-url-form"},
        {SIGNER, "url_form", "as_given", OSIGN_INVALID_ARGUMENT, "unknown-url-form"},
        {SIGNER, "realm", "a\n", OSIGN_INVALID_PARAMETER, "control-character"},
        {SIGNER, "version", "1.0\r\n", OSIGN_INVALID_PARAMETER, "control-character"},
        {SIGNER, "signature_method", "plaintext", OSIGN_UNSUPPORTED_SIGNATURE_METHOD, "unknown-signature-method"},
        {SIGNER, "private_key", SECRET, OSIGN_INVALID_KEY, "not-pem"},
        {REQUEST, "", "1", OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {REQUEST, "realm", "x", OSIGN_INVALID_ARGUMENT, "unknown-setting"},
        {REQUEST, "nonce", "", OSIGN_INVALID_PARAMETER, "empty-nonce"},
        {REQUEST, "nonce", "a\n", OSIGN_INVALID_PARAMETER, "control-character"},
        {REQUEST, "timestamp", "0", OSIGN_INVALID_ARGUMENT, "bad-timestamp"},
        {REQUEST, "timestamp", "-1", OSIGN_INVALID_ARGUMENT, "bad-timestamp"},
        {REQUEST, "timestamp", "now", OSIGN_INVALID_ARGUMENT, "not-seconds"},
        {REQUEST, "transmission", "Header", OSIGN_INVALID_ARGUMENT, "unknown-transmission"},
        {REQUEST, "content_type", "a\n", OSIGN_INVALID_PARAMETER, "control-character"},
    };
    osign_oauth1_signer *signer = plain_signer();
    osign_oauth1_request *request = fixed_request(URL);
    osign_oauth1_signed *signed_request;
    size_t i;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        REASON(bad[i].status, bad[i].reason,
               bad[i].whose == SIGNER ? osign_oauth1_signer_set(signer, bad[i].name, bad[i].value, e)
                                      : osign_oauth1_request_set(request, bad[i].name, bad[i].value, e));
    }
    /* Neither is changed by any of them. */
    check_header(signer, START VERSION END);
    signed_request = sign(signer, request);
    CHECK_TEXT(osign_oauth1_signed_authorization(signed_request), START VERSION END);
    CHECK_TEXT(osign_oauth1_signed_url(signed_request), URL);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

static void reasons_of_other_refusals(void)
{
    static const char *const urls[][2] = {
        {"", "empty-url"},
        {"example.com/" SECRET, "relative-url"},
        {"ftp://example.com/", "foreign-scheme"},
        {"https://", "no-host"},
        {"https://example.com:0/", "port-out-of-range"},
        {"https://example.com/\n", "control-in-url"},
    };
    osign_oauth1_signer *signer = plain_signer(), *no_signer = UNTOUCHED(osign_oauth1_signer);
    osign_oauth1_request *no_request = UNTOUCHED(osign_oauth1_request);
    osign_oauth1_signed *no_signed = UNTOUCHED(osign_oauth1_signed);
    char buf[8];
    size_t len = 0, i;
    for (i = 0; i < sizeof urls / sizeof *urls; i++) {
        REASON(OSIGN_INVALID_URL, urls[i][1], osign_oauth1_request_new("GET", urls[i][0], &no_request, e));
    }
    REASON(OSIGN_NULL_ARGUMENT, "null", osign_oauth1_signer_new(NULL, SECRET, &no_signer, e));
    REASON(OSIGN_NULL_ARGUMENT, "null-with-length", osign_percent_encode(NULL, 1, buf, sizeof buf, &len, e));
    REASON(OSIGN_INVALID_UTF8, "not-utf8", osign_oauth1_signer_set(signer, "realm", "\xff", e));
    REASON(OSIGN_BUFFER_TOO_SMALL, "small-buffer", osign_percent_encode("aaaaaaaa", 8, buf, sizeof buf, &len, e));
    REASON(OSIGN_INVALID_PARAMETER, "empty-consumer-key", osign_oauth1_signer_new("", SECRET, &no_signer, e));
    NEED(osign_oauth1_signer_set(signer, "signature_method", "RSA-SHA1", NULL) == OSIGN_OK);
    no_request = fixed_request(URL);
    REASON(OSIGN_INVALID_KEY, "no-private-key", osign_oauth1_sign(signer, no_request, &no_signed, e));
    CHECK(no_signed == UNTOUCHED(osign_oauth1_signed) && no_signer == UNTOUCHED(osign_oauth1_signer));
    CHECK_TEXT(osign_error_reason(NULL), "");
    osign_oauth1_request_free(no_request);
    osign_oauth1_signer_free(signer);
}

int main(int argc, char **argv)
{
    NEED(argc == 2);
    folder = argv[1];
    names_set_what_they_say();
    plaintext_without_nonce();
    clock_offset();
    private_key();
    forms_of_urls();
    settings_of_requests();
    bad_settings();
    reasons_of_other_refusals();
    return checks_end("settings");
}
