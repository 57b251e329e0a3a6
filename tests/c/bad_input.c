/* Bad input: each has its status and its sentence, changes no output, and shows no secret. */
#include "refusal.h"

#define IS_NULL(name, call) REFUSED(OSIGN_NULL_ARGUMENT, name " is NULL", call)

/* --- NULL ------------------------------------------------------------------------------------------ */

static void null_arguments(void)
{
    const uint8_t data[] = {'a'};
    char buf[64];
    uint8_t bytes[64];
    size_t len = 77, i;
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1"), *no_signer = UNTOUCHED(osign_oauth1_signer);
    osign_oauth1_request *request = new_request(), *no_request = UNTOUCHED(osign_oauth1_request);
    osign_oauth1_signed *no_signed = UNTOUCHED(osign_oauth1_signed);
    const char *url = "https://example.com/";

    memset(buf, '#', sizeof buf);
    memset(bytes, '#', sizeof bytes);
    IS_NULL("len", osign_nonce(buf, sizeof buf, NULL, e));
    IS_NULL("buf", osign_nonce(NULL, 1, &len, e));

    IS_NULL("data", osign_percent_encode(NULL, 1, buf, sizeof buf, &len, e));
    IS_NULL("len", osign_percent_encode(data, 1, buf, sizeof buf, NULL, e));
    IS_NULL("buf", osign_percent_encode(data, 1, NULL, 1, &len, e));

    IS_NULL("algorithm", osign_hmac(NULL, data, 1, data, 1, bytes, sizeof bytes, &len, e));
    IS_NULL("key", osign_hmac("SHA1", NULL, 1, data, 1, bytes, sizeof bytes, &len, e));
    IS_NULL("data", osign_hmac("SHA1", data, 1, NULL, 1, bytes, sizeof bytes, &len, e));
    IS_NULL("len", osign_hmac("SHA1", data, 1, data, 1, bytes, sizeof bytes, NULL, e));
    IS_NULL("buf", osign_hmac("SHA1", data, 1, data, 1, NULL, 1, &len, e));

    IS_NULL("consumer_key", osign_oauth1_signer_new(NULL, SECRET, &no_signer, e));
    IS_NULL("consumer_secret", osign_oauth1_signer_new("key", NULL, &no_signer, e));
    IS_NULL("signer", osign_oauth1_signer_new("key", SECRET, NULL, e));
    IS_NULL("signer", osign_oauth1_signer_set_token(NULL, "token", SECRET, e));
    IS_NULL("token", osign_oauth1_signer_set_token(signer, NULL, SECRET, e));
    IS_NULL("token_secret", osign_oauth1_signer_set_token(signer, "token", NULL, e));
    IS_NULL("signer", osign_oauth1_signer_set_signature_method(NULL, "PLAINTEXT", e));
    IS_NULL("name", osign_oauth1_signer_set_signature_method(signer, NULL, e));
    IS_NULL("signer", osign_oauth1_signer_set_private_key(NULL, "", e));
    IS_NULL("pem", osign_oauth1_signer_set_private_key(signer, NULL, e));
    IS_NULL("signer", osign_oauth1_signer_set_realm(NULL, "", e));
    IS_NULL("realm", osign_oauth1_signer_set_realm(signer, NULL, e));
    IS_NULL("signer", osign_oauth1_signer_set_clock_offset(NULL, 0, e));
    IS_NULL("signer", osign_oauth1_signer_set_send_version(NULL, 1, e));
    IS_NULL("signer", osign_oauth1_signer_set_body_hash(NULL, 1, e));
    IS_NULL("signer", osign_oauth1_signer_set(NULL, "realm", "", e));
    IS_NULL("name", osign_oauth1_signer_set(signer, NULL, "", e));
    IS_NULL("value", osign_oauth1_signer_set(signer, "realm", NULL, e));

    IS_NULL("signer", osign_oauth1_authorization(NULL, "GET", url, NULL, NULL, 0, buf, sizeof buf, &len, e));
    IS_NULL("method", osign_oauth1_authorization(signer, NULL, url, NULL, NULL, 0, buf, sizeof buf, &len, e));
    IS_NULL("url", osign_oauth1_authorization(signer, "GET", NULL, NULL, NULL, 0, buf, sizeof buf, &len, e));
    IS_NULL("body", osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 1, buf, sizeof buf, &len, e));
    IS_NULL("body", osign_oauth1_authorization(signer, "POST", url, FORM, NULL, 1, buf, sizeof buf, &len, e));
    IS_NULL("buf", osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, NULL, 1, &len, e));
    IS_NULL("len", osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, buf, sizeof buf, NULL, e));
    IS_NULL("len", osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, NULL, 0, NULL, e));

    IS_NULL("method", osign_oauth1_request_new(NULL, url, &no_request, e));
    IS_NULL("url", osign_oauth1_request_new("GET", NULL, &no_request, e));
    IS_NULL("request", osign_oauth1_request_new("GET", url, NULL, e));
    IS_NULL("request", osign_oauth1_request_set_body(NULL, NULL, NULL, 0, e));
    IS_NULL("body", osign_oauth1_request_set_body(request, FORM, NULL, 1, e));
    IS_NULL("request", osign_oauth1_request_set_parameter(NULL, "oauth_verifier", "", e));
    IS_NULL("name", osign_oauth1_request_set_parameter(request, NULL, "", e));
    IS_NULL("value", osign_oauth1_request_set_parameter(request, "oauth_verifier", NULL, e));
    IS_NULL("request", osign_oauth1_request_set_nonce(NULL, "nonce", e));
    IS_NULL("nonce", osign_oauth1_request_set_nonce(request, NULL, e));
    IS_NULL("request", osign_oauth1_request_set_timestamp(NULL, 1, e));
    IS_NULL("request", osign_oauth1_request_set_transmission(NULL, "query", e));
    IS_NULL("where", osign_oauth1_request_set_transmission(request, NULL, e));
    IS_NULL("request", osign_oauth1_request_set(NULL, "nonce", "n", e));
    IS_NULL("name", osign_oauth1_request_set(request, NULL, "n", e));
    IS_NULL("value", osign_oauth1_request_set(request, "nonce", NULL, e));

    IS_NULL("signer", osign_oauth1_sign(NULL, request, &no_signed, e));
    IS_NULL("request", osign_oauth1_sign(signer, NULL, &no_signed, e));
    IS_NULL("signed_request", osign_oauth1_sign(signer, request, NULL, e));

    CHECK(no_signer == UNTOUCHED(osign_oauth1_signer));
    CHECK(no_request == UNTOUCHED(osign_oauth1_request));
    CHECK(no_signed == UNTOUCHED(osign_oauth1_signed));
    CHECK(len == 77);
    for (i = 0; i < sizeof buf; i++) {
        CHECK(buf[i] == '#' && bytes[i] == '#');
    }
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* A length that no memory has. */
static void impossible_lengths(void)
{
    const uint8_t data[] = {'a'};
    char buf[64];
    size_t len = 77;
    REFUSED(OSIGN_INVALID_ARGUMENT, "data", osign_percent_encode(data, SIZE_MAX, buf, sizeof buf, &len, e));
    REFUSED(OSIGN_INVALID_ARGUMENT, "key", osign_hmac("SHA1", data, SIZE_MAX / 2 + 1, data, 1, NULL, 0, &len, e));
    REFUSED(OSIGN_INVALID_ARGUMENT, "algorithm", osign_hmac("MD5", data, 1, data, 1, NULL, 0, &len, e));
    REFUSED(OSIGN_INVALID_ARGUMENT, "algorithm", osign_hmac("", data, 1, data, 1, NULL, 0, &len, e));
    CHECK(!osign_equal_constant_time(data, SIZE_MAX, data, SIZE_MAX));
    CHECK(len == 77);
}

/* --- Text that is not UTF-8 ------------------------------------------------------------------------ */

static void not_utf8(void)
{
    static const char *const bad[] = {"\xff", "a\x80", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80"};
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1"), *no_signer = UNTOUCHED(osign_oauth1_signer);
    osign_oauth1_request *request = new_request(), *no_request = UNTOUCHED(osign_oauth1_request);
    const char *url = "https://example.com/";
    size_t len = 77, i;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *b = bad[i];
#define NOT_UTF8(name, call) REFUSED(OSIGN_INVALID_UTF8, name " is not UTF-8", call)
        NOT_UTF8("algorithm", osign_hmac(b, NULL, 0, NULL, 0, NULL, 0, &len, e));
        NOT_UTF8("consumer_key", osign_oauth1_signer_new(b, SECRET, &no_signer, e));
        NOT_UTF8("consumer_secret", osign_oauth1_signer_new("key", b, &no_signer, e));
        NOT_UTF8("token", osign_oauth1_signer_set_token(signer, b, SECRET, e));
        NOT_UTF8("token_secret", osign_oauth1_signer_set_token(signer, "token", b, e));
        NOT_UTF8("name", osign_oauth1_signer_set_signature_method(signer, b, e));
        NOT_UTF8("pem", osign_oauth1_signer_set_private_key(signer, b, e));
        NOT_UTF8("realm", osign_oauth1_signer_set_realm(signer, b, e));
        NOT_UTF8("method", osign_oauth1_authorization(signer, b, url, NULL, NULL, 0, NULL, 0, &len, e));
        NOT_UTF8("url", osign_oauth1_authorization(signer, "GET", b, NULL, NULL, 0, NULL, 0, &len, e));
        NOT_UTF8("content_type", osign_oauth1_authorization(signer, "GET", url, b, NULL, 0, NULL, 0, &len, e));
        NOT_UTF8("method", osign_oauth1_request_new(b, url, &no_request, e));
        NOT_UTF8("url", osign_oauth1_request_new("GET", b, &no_request, e));
        NOT_UTF8("content_type", osign_oauth1_request_set_body(request, b, NULL, 0, e));
        NOT_UTF8("name", osign_oauth1_request_set_parameter(request, b, "", e));
        NOT_UTF8("value", osign_oauth1_request_set_parameter(request, "oauth_verifier", b, e));
        NOT_UTF8("nonce", osign_oauth1_request_set_nonce(request, b, e));
        NOT_UTF8("where", osign_oauth1_request_set_transmission(request, b, e));
        NOT_UTF8("name", osign_oauth1_signer_set(signer, b, "", e));
        NOT_UTF8("value", osign_oauth1_signer_set(signer, "realm", b, e));
        NOT_UTF8("name", osign_oauth1_request_set(request, b, "", e));
        NOT_UTF8("value", osign_oauth1_request_set(request, "nonce", b, e));
    }
    CHECK(no_signer == UNTOUCHED(osign_oauth1_signer));
    CHECK(no_request == UNTOUCHED(osign_oauth1_request));
    CHECK(len == 77);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* --- URLs and methods ------------------------------------------------------------------------------ */

/* Refused both ways, with `words` in the message. */
static void refuse_request(osign_status status, const char *words, const char *method, const char *url)
{
    char buf[1024];
    size_t len = 77;
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1");
    osign_oauth1_request *request = UNTOUCHED(osign_oauth1_request);
    memset(buf, '#', sizeof buf);
    REFUSED(status, words, osign_oauth1_request_new(method, url, &request, e));
    REFUSED(status, words, osign_oauth1_authorization(signer, method, url, NULL, NULL, 0, buf, sizeof buf, &len, e));
    REFUSED(status, words, osign_oauth1_authorization(signer, method, url, NULL, NULL, 0, NULL, 0, &len, e));
    CHECK(request == UNTOUCHED(osign_oauth1_request) && len == 77 && buf[0] == '#' && buf[1023] == '#');
    osign_oauth1_signer_free(signer);
}

static void bad_urls(void)
{
    static const char *const urls[][2] = {
        {"", "empty"},
        {"/path?a=" SECRET, "relative"},
        {"path", "relative"},
        {"example.com", "relative"},
        {"//example.com/", "relative"},
        {"?a=1", "relative"},
        {"http", "relative"},
        {"http:", "relative"},
        {"ftp://example.com/", "scheme"},
        {"ws://example.com/", "scheme"},
        {"file:///etc/passwd", "scheme"},
        {"httpx://example.com/", "scheme"},
        {"http://", "no host"},
        {"http:///path", "no host"},
        {"http://?a=1", "no host"},
        {"http://#a", "no host"},
        {"http://:80/", "no host"},
        {"http://user:" SECRET "@/", "no host"},
        {"http://example.com:0/", "65535"},
        {"http://example.com:65536/", "65535"},
        {"http://example.com:99999999999999999999999/", "65535"},
        {"http://example.com:80a/", "not a number"},
        {"http://example.com:-1/", "not a number"},
        {"http://example.com:+80/", "not a number"},
        {"http://example.com: 80/", "not a number"},
        {"http://example.com:8\xd9\xa0/", "not a number"},
        {"http://[::1", "closing bracket"},
        {"http://[::1/", "closing bracket"},
        {"http://[]/", "IPv6"},
        {"http://[::g]/", "IPv6"},
        {"http://[1:2:3]/", "IPv6"},
        {"http://[1:2:3:4:5:6:7:8:9]/", "IPv6"},
        {"http://[::1]x/", "only a port"},
        {"http://[::1]:x/", "not a number"},
        {"http://[fe80::1%25eth0]/", "IPv6"},
        {"http://::1/", "brackets"},
        {"http://exa mple.com/", "host"},
        {"http://ex%61mple.com/", "host"},
        {"http://\xd0\xbf\xd1\x80.example/", "xn--"},
        {"http://exam\\ple.com/", "host"},
        {"http://example.com/\r\nX: y", "control"},
        {"http://example.com/\n", "control"},
        {"http://example.com/\x01", "control"},
        {"http://example.com/\x7f", "control"},
        {"http://example.com/\t", "control"},
        {"\nhttp://example.com/", "control"},
    };
    size_t i;
    for (i = 0; i < sizeof urls / sizeof *urls; i++) {
        refuse_request(OSIGN_INVALID_URL, urls[i][1], "GET", urls[i][0]);
    }
}

static void bad_methods(void)
{
    static const char *const methods[] = {"GET ",   " GET",    "GE T",   "GET\r\n", "GET\n",    "GET\r\nHost: x",
                                          "G\x01T", "GET\x7f", "G/T",    "G:T",     "(GET)",    "G@T",
                                          "G,T",    "G;T",     "G=T",    "G\"T",    "G\\T",     "G\xc3\x84T",
                                          "G[T",    "G{T}",    "GET\t",  "<GET>",   "GET?",     "\v"};
    size_t i;
    refuse_request(OSIGN_INVALID_METHOD, "empty", "", "https://example.com/");
    for (i = 0; i < sizeof methods / sizeof *methods; i++) {
        refuse_request(OSIGN_INVALID_METHOD, "method", methods[i], "https://example.com/");
    }
}

/* --- Signature methods ----------------------------------------------------------------------------- */

static void unknown_signature_methods(void)
{
    static const char *const names[] = {"",          "HMAC",      "HMAC-SHA",    "HMAC-SHA224",  "hmac-sha1",
                                        "HMAC_SHA1", "RSA-SHA",   "HMAC-SHA1 ",  "PLAINTEXT\n",  "RSA-PSS",
                                        "none",      "HMAC-MD5",  "HMAC-SHA1x",  "rsa-sha256",   SECRET};
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1");
    size_t i;
    for (i = 0; i < sizeof names / sizeof *names; i++) {
        REFUSED(OSIGN_UNSUPPORTED_SIGNATURE_METHOD, "signature method",
                osign_oauth1_signer_set_signature_method(signer, names[i], e));
    }
    osign_oauth1_signer_free(signer);
}

/* --- Protocol parameters where they do not belong -------------------------------------------------- */

static void duplicates(void)
{
    static const char *const pairs[] = {"oauth_consumer_key=x",  "oauth_token=",         "oauth_nonce=1",
                                        "oauth_timestamp=1",     "oauth_signature=x",    "oauth_signature_method=PLAINTEXT",
                                        "oauth_version=1.0",     "a=1&oauth_nonce",      "%6fauth_nonce=x",
                                        "oauth%5Fnonce=s3cr3t-MARKER", "oauth_token=a&oauth_token=b"};
    static const char *const own[] = {"oauth_consumer_key", "oauth_token",   "oauth_nonce",           "oauth_timestamp",
                                      "oauth_signature",    "oauth_version", "oauth_signature_method"};
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1");
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = UNTOUCHED(osign_oauth1_signed);
    char url[256], buf[1024];
    size_t len = 77, i;

    for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *form = pairs[i];
        size_t form_len = strlen(form);
        snprintf(url, sizeof url, "https://example.com/?%s", pairs[i]);
        NEED(osign_oauth1_request_new("GET", url, &request, NULL) == OSIGN_OK);
        REFUSED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER, "oauth_", osign_oauth1_sign(signer, request, &signed_request, e));
        osign_oauth1_request_free(request);
        REFUSED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER, "oauth_",
                osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, buf, sizeof buf, &len, e));
        REFUSED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER, "oauth_",
                osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, NULL, 0, &len, e));
        request = new_request();
        NEED(osign_oauth1_request_set_body(request, FORM "; charset=utf-8", form, form_len, NULL) == OSIGN_OK);
        REFUSED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER, "oauth_", osign_oauth1_sign(signer, request, &signed_request, e));
        /* The same bytes are no parameters in a body that is no form. */
        NEED(osign_oauth1_request_set_body(request, "text/plain", form, form_len, NULL) == OSIGN_OK);
        CHECK(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
        osign_oauth1_signed_free(signed_request);
        signed_request = UNTOUCHED(osign_oauth1_signed);
        osign_oauth1_request_free(request);
    }
    CHECK(len == 77);

    request = new_request();
    for (i = 0; i < sizeof own / sizeof *own; i++) {
        REFUSED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER, own[i],
                osign_oauth1_request_set_parameter(request, own[i], SECRET, e));
    }
    REFUSED(OSIGN_INVALID_PARAMETER, "realm", osign_oauth1_request_set_parameter(request, "realm", "x", e));
    REFUSED(OSIGN_INVALID_PARAMETER, "realm", osign_oauth1_request_set_parameter(request, "Realm", "x", e));
    REFUSED(OSIGN_INVALID_PARAMETER, "empty", osign_oauth1_request_set_parameter(request, "", SECRET, e));
    osign_oauth1_request_free(request);

    /* An extra parameter that the query has as well. */
    NEED(osign_oauth1_request_new("GET", "https://example.com/?oauth_verifier=1", &request, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_request_set_parameter(request, "oauth_verifier", "2", NULL) == OSIGN_OK);
    REFUSED(OSIGN_DUPLICATE_PROTOCOL_PARAMETER, "oauth_verifier",
            osign_oauth1_sign(signer, request, &signed_request, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed));
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

static void transmission_by_body_needs_a_form(void)
{
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1");
    osign_oauth1_request *request = new_request();
    osign_oauth1_signed *signed_request = UNTOUCHED(osign_oauth1_signed);
    NEED(osign_oauth1_request_set_transmission(request, "body", NULL) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_ARGUMENT, "body", osign_oauth1_sign(signer, request, &signed_request, e));
    NEED(osign_oauth1_request_set_body(request, "application/json", "{}", 2, NULL) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_ARGUMENT, "body", osign_oauth1_sign(signer, request, &signed_request, e));
    NEED(osign_oauth1_request_set_body(request, NULL, "a=1", 3, NULL) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_ARGUMENT, "body", osign_oauth1_sign(signer, request, &signed_request, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed));
    REFUSED(OSIGN_INVALID_ARGUMENT, "transmission", osign_oauth1_request_set_transmission(request, "Header", e));
    REFUSED(OSIGN_INVALID_ARGUMENT, "transmission", osign_oauth1_request_set_transmission(request, "", e));
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* --- Control bytes --------------------------------------------------------------------------------- */

static void control_bytes(void)
{
    int byte;
    char text[64];
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1"), *none = UNTOUCHED(osign_oauth1_signer);
    osign_oauth1_request *request = new_request();
    for (byte = 1; byte < 128; byte = byte == 31 ? 127 : byte + 1) {
        snprintf(text, sizeof text, SECRET "%c", byte);
        REFUSED(OSIGN_INVALID_PARAMETER, "consumer key", osign_oauth1_signer_new(text, SECRET, &none, e));
        REFUSED(OSIGN_INVALID_PARAMETER, "token", osign_oauth1_signer_set_token(signer, text, SECRET, e));
        REFUSED(OSIGN_INVALID_PARAMETER, "realm", osign_oauth1_signer_set_realm(signer, text, e));
        REFUSED(OSIGN_INVALID_PARAMETER, "nonce", osign_oauth1_request_set_nonce(request, text, e));
        REFUSED(OSIGN_INVALID_PARAMETER, "value", osign_oauth1_request_set_parameter(request, "oauth_x", text, e));
        REFUSED(OSIGN_INVALID_PARAMETER, "name", osign_oauth1_request_set_parameter(request, text, SECRET, e));
        if (byte != '\t') { /* White space, in a header. */
            REFUSED(OSIGN_INVALID_PARAMETER, "content type",
                    osign_oauth1_request_set_body(request, text, "a", 1, e));
        }
        /* A secret is never sent as it is: it may hold anything. */
        CHECK(osign_oauth1_signer_set_token(signer, "token", text, NULL) == OSIGN_OK);
    }
    REFUSED(OSIGN_INVALID_PARAMETER, "consumer key", osign_oauth1_signer_new("", SECRET, &none, e));
    REFUSED(OSIGN_INVALID_PARAMETER, "nonce", osign_oauth1_request_set_nonce(request, "", e));
    CHECK(none == UNTOUCHED(osign_oauth1_signer));
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

int main(void)
{
    null_arguments();
    impossible_lengths();
    not_utf8();
    bad_urls();
    bad_methods();
    unknown_signature_methods();
    duplicates();
    transmission_by_body_needs_a_form();
    control_bytes();
    return checks_end("bad_input");
}
