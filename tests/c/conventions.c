/* What holds for the whole surface: frees, lifetimes, getters on NULL, names, versions. */
#include "check.h"

static void frees_take_null(void)
{
    osign_error_free(NULL);
    osign_oauth1_signer_free(NULL);
    osign_oauth1_request_free(NULL);
    osign_oauth1_signed_free(NULL);
    CHECK(1); /* Still here. */
}

static void getters_answer_for_null(void)
{
    size_t len = 77;
    CHECK(osign_error_status(NULL) == OSIGN_OK);
    CHECK_TEXT(osign_error_message(NULL), "");
    CHECK_TEXT(osign_error_reason(NULL), "");
    CHECK_TEXT(osign_oauth1_signed_authorization(NULL), "");
    CHECK_TEXT(osign_oauth1_signed_url(NULL), "");
    CHECK_TEXT(osign_oauth1_signed_signature(NULL), "");
    CHECK_TEXT(osign_oauth1_signed_base_string(NULL), "");
    CHECK_TEXT(osign_oauth1_signed_nonce(NULL), "");
    CHECK(osign_oauth1_signed_timestamp(NULL) == 0);
    CHECK(osign_oauth1_signed_body(NULL, &len) == NULL && len == 0);
    CHECK(osign_oauth1_signed_body(NULL, NULL) == NULL);
}

/* A handle owes nothing to what it came from: every text is overwritten, every parent freed, before use. */
static void handles_outlive_their_parents(void)
{
    char text[64];
    unsigned char body[] = "a=1";
    size_t len = 0;
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    osign_error *error = NULL;

    strcpy(text, "key");
    NEED(osign_oauth1_signer_new(text, text, &signer, NULL) == OSIGN_OK);
    strcpy(text, "token");
    NEED(osign_oauth1_signer_set_token(signer, text, text, NULL) == OSIGN_OK);
    strcpy(text, "realm");
    NEED(osign_oauth1_signer_set_realm(signer, text, NULL) == OSIGN_OK);
    strcpy(text, "http://example.com/");
    NEED(osign_oauth1_request_new("POST", text, &request, NULL) == OSIGN_OK);
    strcpy(text, "application/x-www-form-urlencoded");
    NEED(osign_oauth1_request_set_body(request, text, body, 3, NULL) == OSIGN_OK);
    memset(body, 'X', 3);
    strcpy(text, "nonce");
    NEED(osign_oauth1_request_set_nonce(request, text, NULL) == OSIGN_OK);
    strcpy(text, "oauth_verifier");
    NEED(osign_oauth1_request_set_parameter(request, text, text, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(request, 137131201, NULL) == OSIGN_OK);
    memset(text, 'X', sizeof text - 1);

    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signer_free(signer);
    osign_oauth1_request_free(request);
    CHECK_TEXT(osign_oauth1_signed_url(signed_request), "http://example.com/");
    CHECK_TEXT(osign_oauth1_signed_nonce(signed_request), "nonce");
    CHECK(osign_oauth1_signed_timestamp(signed_request) == 137131201);
    CHECK_TEXT(osign_oauth1_signed_base_string(signed_request),
               "POST&http%3A%2F%2Fexample.com%2F&a%3D1%26oauth_consumer_key%3Dkey%26oauth_nonce%3Dnonce%26"
               "oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dtoken%26"
               "oauth_verifier%3Doauth_verifier%26oauth_version%3D1.0");
    CHECK(memcmp(osign_oauth1_signed_body(signed_request, &len), "a=1", 3) == 0 && len == 3);
    CHECK(osign_oauth1_signed_body(signed_request, NULL) != NULL);
    CHECK(strncmp(osign_oauth1_signed_authorization(signed_request), "OAuth realm=\"realm\", ", 21) == 0);
    osign_oauth1_signed_free(signed_request);

    NEED(osign_oauth1_signer_new("", "", &signer, &error) == OSIGN_INVALID_PARAMETER);
    CHECK(osign_error_status(error) == OSIGN_INVALID_PARAMETER && osign_error_message(error)[0] != '\0');
    osign_error_free(error);
}

/* Setting again replaces; what a setter refuses changes nothing. */
static void setters_replace(void)
{
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *one = NULL, *two = NULL;

    NEED(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "first", "first", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "token", "secret", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_new("GET", "https://example.com/", &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_parameter(request, "oauth_verifier", "first", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_parameter(request, "oauth_verifier", "second", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_nonce(request, "nonce", NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(request, 1, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &one, NULL) == OSIGN_OK);
    CHECK(strstr(osign_oauth1_signed_authorization(one), "first") == NULL);

    CHECK(osign_oauth1_signer_set_token(signer, "bad\n", "x", NULL) == OSIGN_INVALID_PARAMETER);
    CHECK(osign_oauth1_signer_set_realm(signer, "bad\n", NULL) == OSIGN_INVALID_PARAMETER);
    CHECK(osign_oauth1_signer_set_signature_method(signer, "none", NULL) == OSIGN_UNSUPPORTED_SIGNATURE_METHOD);
    CHECK(osign_oauth1_signer_set_private_key(signer, "none", NULL) == OSIGN_INVALID_KEY);
    CHECK(osign_oauth1_request_set_parameter(request, "oauth_verifier", "bad\n", NULL) == OSIGN_INVALID_PARAMETER);
    CHECK(osign_oauth1_request_set_nonce(request, "", NULL) == OSIGN_INVALID_PARAMETER);
    CHECK(osign_oauth1_request_set_timestamp(request, 0, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_oauth1_request_set_timestamp(request, -1, NULL) == OSIGN_INVALID_ARGUMENT);
    CHECK(osign_oauth1_request_set_transmission(request, "pigeon", NULL) == OSIGN_INVALID_ARGUMENT);
    NEED(osign_oauth1_sign(signer, request, &two, NULL) == OSIGN_OK);
    CHECK_TEXT(osign_oauth1_signed_authorization(two), osign_oauth1_signed_authorization(one));

    osign_oauth1_signed_free(two);
    osign_oauth1_signed_free(one);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

static void the_clock_and_its_offset(void)
{
    int64_t now = osign_timestamp();
    int64_t signed_at;
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;

    CHECK(now > 1700000000);
    NEED(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_clock_offset(signer, -86400, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_new("GET", "https://example.com/", &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    signed_at = osign_oauth1_signed_timestamp(signed_request);
    CHECK(signed_at >= now - 86400 && signed_at <= now - 86400 + 60);
    osign_oauth1_signed_free(signed_request);
    /* A clock that leaves what a timestamp can be is refused, and wraps nowhere. */
    NEED(osign_oauth1_signer_set_clock_offset(signer, INT64_MIN, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_INVALID_ARGUMENT);
    NEED(osign_oauth1_signer_set_clock_offset(signer, INT64_MAX, NULL) == OSIGN_OK);
    if (osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK) {
        CHECK(osign_oauth1_signed_timestamp(signed_request) > now);
        osign_oauth1_signed_free(signed_request);
    }
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* A slot for an error holds what became of the last call, whatever it held before. */
static void success_clears_the_slot(void)
{
    osign_error *error = (osign_error *)&error; /* It is not read: it is no error. */
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    char buf[512];
    size_t len = 0;

#define CLEARS(call)                            \
    do {                                        \
        error = (osign_error *)&error;          \
        NEED((call) == OSIGN_OK);               \
        CHECK(error == NULL);                   \
    } while (0)
    CLEARS(osign_nonce(NULL, 0, &len, &error));
    CLEARS(osign_nonce(buf, sizeof buf, &len, &error));
    CLEARS(osign_percent_encode("a b", 3, buf, sizeof buf, &len, &error));
    CHECK_TEXT(buf, "a%20b");
    CLEARS(osign_hmac("SHA1", "key", 3, "data", 4, (uint8_t *)buf, sizeof buf, &len, &error));
    CLEARS(osign_oauth1_signer_new("key", "secret", &signer, &error));
    CLEARS(osign_oauth1_signer_set_token(signer, "token", "secret", &error));
    CLEARS(osign_oauth1_request_new("POST", "https://example.com/", &request, &error));
    CLEARS(osign_oauth1_request_set_body(request, "text/plain", "text", 4, &error));
    CLEARS(osign_oauth1_sign(signer, request, &signed_request, &error));
    CLEARS(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, NULL, 0, &len, &error));
    CLEARS(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, buf, sizeof buf, &len,
                                      &error));
    /* Freed after each call, used again for the next: never freed twice. */
    CHECK(osign_oauth1_signer_set_token(signer, "bad\n", "", &error) == OSIGN_INVALID_PARAMETER && error != NULL);
    osign_error_free(error);
    CHECK(osign_oauth1_signer_set_token(signer, "good", "", &error) == OSIGN_OK);
    osign_error_free(error);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* Yes and no are whole int32_t: every one but 0 is yes, also those whose lowest byte is 0. */
static void yes_and_no(void)
{
    static const int32_t yes[] = {1, 2, -1, 256, 0x10000, INT32_MIN};
    char buf[512];
    size_t len, i;
    osign_oauth1_signer *signer = NULL;
    NEED(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
    for (i = 0; i < 2 * sizeof yes / sizeof *yes; i++) {
        int32_t enabled = i % 2 == 0 ? yes[i / 2] : 0;
        NEED(osign_oauth1_signer_set_send_version(signer, enabled, NULL) == OSIGN_OK);
        NEED(osign_oauth1_signer_set_body_hash(signer, enabled, NULL) == OSIGN_OK);
        NEED(osign_oauth1_authorization(signer, "POST", "https://example.com/", "text/plain", "text", 4, buf, sizeof buf,
                                        &len, NULL) == OSIGN_OK);
        CHECK((strstr(buf, "oauth_version") != NULL) == (enabled != 0));
        CHECK((strstr(buf, "oauth_body_hash") != NULL) == (enabled != 0));
    }
    osign_oauth1_signer_free(signer);
}

static void statuses_have_names(void)
{
#define NAMED(status) CHECK_TEXT(osign_status_name(status), #status)
    NAMED(OSIGN_OK);
    NAMED(OSIGN_NULL_ARGUMENT);
    NAMED(OSIGN_INVALID_UTF8);
    NAMED(OSIGN_BUFFER_TOO_SMALL);
    NAMED(OSIGN_INVALID_ARGUMENT);
    NAMED(OSIGN_OUT_OF_MEMORY);
    NAMED(OSIGN_INVALID_URL);
    NAMED(OSIGN_INVALID_METHOD);
    NAMED(OSIGN_INVALID_PARAMETER);
    NAMED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER);
    NAMED(OSIGN_UNSUPPORTED_SIGNATURE_METHOD);
    NAMED(OSIGN_INVALID_KEY);
    NAMED(OSIGN_ENTROPY_UNAVAILABLE);
    NAMED(OSIGN_INVALID_ANSWER);
    NAMED(OSIGN_DENIED);
    NAMED(OSIGN_FOREIGN_STATE);
    NAMED(OSIGN_UNTRUSTED_HOST);
    NAMED(OSIGN_INVALID_PROFILE);
    NAMED(OSIGN_UNKNOWN_PROVIDER);
    NAMED(OSIGN_NOT_CONFIGURED);
    NAMED(OSIGN_NEEDS_LOGIN);
    NAMED(OSIGN_TRY_LATER);
    NAMED(OSIGN_CONFIGURATION_REFUSED);
    NAMED(OSIGN_UNKNOWN_GRANT);
    NAMED(OSIGN_GRANT_EXISTS);
    NAMED(OSIGN_STORE_UNUSABLE);
    NAMED(OSIGN_INVALID_STORE_KEY);
    NAMED(OSIGN_WRONG_STORE_KEY);
    NAMED(OSIGN_DAMAGED_RECORD);
    NAMED(OSIGN_QUARANTINED);
    NAMED(OSIGN_NOT_SAVED);
    NAMED(OSIGN_PANIC);
    CHECK_TEXT(osign_status_name(-1), "OSIGN_UNKNOWN");
    CHECK_TEXT(osign_status_name(INT32_MAX), "OSIGN_UNKNOWN");
    CHECK_TEXT(osign_status_name(INT32_MIN), "OSIGN_UNKNOWN");
    /* The numbers are promised (DESIGN.md): a program compiled long ago knows them. */
    CHECK(OSIGN_OK == 0 && OSIGN_NULL_ARGUMENT == 100 && OSIGN_INVALID_UTF8 == 101);
    CHECK(OSIGN_BUFFER_TOO_SMALL == 102 && OSIGN_INVALID_ARGUMENT == 103 && OSIGN_OUT_OF_MEMORY == 104);
    CHECK(OSIGN_INVALID_URL == 200 && OSIGN_INVALID_METHOD == 201 && OSIGN_INVALID_PARAMETER == 202);
    CHECK(OSIGN_DUPLICATE_PROTOCOL_PARAMETER == 203 && OSIGN_UNSUPPORTED_SIGNATURE_METHOD == 204);
    CHECK(OSIGN_INVALID_KEY == 300 && OSIGN_ENTROPY_UNAVAILABLE == 301 && OSIGN_PANIC == 900);
    CHECK(OSIGN_INVALID_ANSWER == 500 && OSIGN_DENIED == 501 && OSIGN_FOREIGN_STATE == 502);
    CHECK(OSIGN_UNTRUSTED_HOST == 503 && OSIGN_INVALID_PROFILE == 504 && OSIGN_UNKNOWN_PROVIDER == 505);
    CHECK(OSIGN_NOT_CONFIGURED == 506);
    CHECK(OSIGN_NEEDS_LOGIN == 600);
    CHECK(OSIGN_TRY_LATER == 601);
    CHECK(OSIGN_CONFIGURATION_REFUSED == 602);
    CHECK(OSIGN_UNKNOWN_GRANT == 603);
    CHECK(OSIGN_GRANT_EXISTS == 604);
    CHECK(OSIGN_STORE_UNUSABLE == 605);
    CHECK(OSIGN_INVALID_STORE_KEY == 606);
    CHECK(OSIGN_WRONG_STORE_KEY == 607);
    CHECK(OSIGN_DAMAGED_RECORD == 608);
    CHECK(OSIGN_QUARANTINED == 609);
    CHECK(OSIGN_NOT_SAVED == 610);
    CHECK(sizeof(osign_status) == 4);
}

static void versions_agree(void)
{
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", OSIGN_VERSION_MAJOR, OSIGN_VERSION_MINOR, OSIGN_VERSION_PATCH);
    CHECK_TEXT(OSIGN_VERSION, text);
    CHECK_TEXT(osign_version(), OSIGN_VERSION);
    CHECK(osign_abi_version() == OSIGN_ABI_VERSION);
    CHECK(osign_version_number() == OSIGN_VERSION_NUMBER);
    CHECK(OSIGN_VERSION_NUMBER == OSIGN_VERSION_MAJOR * 1000000 + OSIGN_VERSION_MINOR * 1000 + OSIGN_VERSION_PATCH);
}

static void comparing_in_constant_time(void)
{
    const unsigned char a[] = "signature", b[] = "signaturE";
    CHECK(osign_equal_constant_time(a, 9, a, 9) == 1);
    CHECK(osign_equal_constant_time(a, 9, b, 9) == 0);
    CHECK(osign_equal_constant_time("signature", 8, b, 8) == 1);
    CHECK(!osign_equal_constant_time(a, 9, a, 8));
    CHECK(osign_equal_constant_time(NULL, 0, NULL, 0));
    CHECK(osign_equal_constant_time(NULL, 0, a, 0));
    CHECK(!osign_equal_constant_time(NULL, 9, NULL, 9));
    CHECK(!osign_equal_constant_time(NULL, 9, a, 9));
    CHECK(!osign_equal_constant_time(a, 9, NULL, 9));
}

/* An empty body is a body: it is no NULL pointer for the caller to trip over, but none to read either. */
static void bodies(void)
{
    size_t len = 77;
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;

    NEED(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_new("POST", "https://example.com/", &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signed_body(signed_request, &len) == NULL && len == 0);
    osign_oauth1_signed_free(signed_request);
    NEED(osign_oauth1_request_set_body(request, "application/x-www-form-urlencoded", NULL, 0, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_transmission(request, "body", NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signed_body(signed_request, &len) != NULL && len > 0);
    CHECK_TEXT(osign_oauth1_signed_authorization(signed_request), "");
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

int main(void)
{
    frees_take_null();
    getters_answer_for_null();
    handles_outlive_their_parents();
    setters_replace();
    the_clock_and_its_offset();
    success_clears_the_slot();
    yes_and_no();
    statuses_have_names();
    versions_agree();
    comparing_in_constant_time();
    bodies();
    return checks_end("conventions");
}
