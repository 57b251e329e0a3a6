/* Bad input: each has its status and its sentence, changes no output, and shows no secret.
 *
 * Its argument is a folder with the keys that tests/c/run.sh makes.
 */
#include "check.h"

#define FORM "application/x-www-form-urlencoded"
/* Stands in every secret of this test, and in no message. */
#define SECRET "s3cr3t-MARKER"

static const char *keys;

/* --- What a refusal must be ------------------------------------------------------------------------ */

static void check_refusal(osign_status got, const osign_error *error, osign_status wanted, const char *words, int line)
{
    const char *message = osign_error_message(error);
    int ok = got == wanted && error != NULL && osign_error_status(error) == wanted && message[0] != '\0' &&
             strstr(message, words) != NULL && strstr(message, SECRET) == NULL && strstr(message, "MII") == NULL &&
             message[strlen(message) - 1] != '.';
    if (!check_at(ok, __FILE__, line, "the call is refused as it should be")) {
        fprintf(stderr, "    got    %d \"%s\"\n    wanted %d \"...%s...\"\n", (int)got, message, (int)wanted, words);
    }
}

/* Calls twice: with a place for the error, `e`, and without. */
#define REFUSED(status, words, call)                                      \
    do {                                                                  \
        osign_error *made = NULL;                                         \
        osign_error **e = &made;                                          \
        osign_status answer = (call);                                     \
        check_refusal(answer, made, (status), (words), __LINE__);         \
        osign_error_free(made);                                           \
        e = NULL;                                                         \
        CHECK((call) == (status));                                        \
    } while (0)

#define IS_NULL(name, call) REFUSED(OSIGN_NULL_ARGUMENT, name " is NULL", call)

/* Handles that must stay what they were: no call may write to them. */
static char nothing;
#define UNTOUCHED(type) ((type *)(void *)&nothing)

static osign_oauth1_signer *new_signer(const char *method)
{
    osign_oauth1_signer *signer = NULL;
    NEED(osign_oauth1_signer_new("key", SECRET, &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "token", SECRET, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(signer, method, NULL) == OSIGN_OK);
    return signer;
}

static osign_oauth1_request *new_request(void)
{
    osign_oauth1_request *request = NULL;
    NEED(osign_oauth1_request_new("POST", "https://example.com/", &request, NULL) == OSIGN_OK);
    return request;
}

static char *read_key(const char *name)
{
    char path[1024];
    char *text = (char *)calloc(1, 16384);
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", keys, name);
    file = fopen(path, "rb");
    if (file == NULL || text == NULL || fread(text, 1, 16383, file) == 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    return text;
}

static char *filled(size_t len, char with)
{
    char *text = (char *)malloc(len + 1);
    NEED(text != NULL);
    memset(text, with, len);
    text[len] = '\0';
    return text;
}

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
    IS_NULL("signer", osign_oauth1_signer_set_send_version(NULL, true, e));
    IS_NULL("signer", osign_oauth1_signer_set_body_hash(NULL, true, e));

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

/* --- Signature methods and keys -------------------------------------------------------------------- */

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

static void refuse_key(osign_oauth1_signer *signer, const char *words, const char *pem)
{
    REFUSED(OSIGN_INVALID_KEY, words, osign_oauth1_signer_set_private_key(signer, pem, e));
}

static void refuse_key_file(osign_oauth1_signer *signer, const char *words, const char *name)
{
    char *pem = read_key(name);
    refuse_key(signer, words, pem);
    free(pem);
}

static void bad_keys(void)
{
    osign_oauth1_signer *signer = new_signer("RSA-SHA256");
    osign_oauth1_request *request = new_request();
    osign_oauth1_signed *signed_request = UNTOUCHED(osign_oauth1_signed);
    char *good = read_key("rsa-2048.pem");
    char *pem;
    char buf[4096];
    size_t len = 77;

    /* RSA without a key, each way to sign. */
    REFUSED(OSIGN_INVALID_KEY, "no private key", osign_oauth1_sign(signer, request, &signed_request, e));
    REFUSED(OSIGN_INVALID_KEY, "no private key",
            osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, buf, sizeof buf, &len, e));
    REFUSED(OSIGN_INVALID_KEY, "no private key",
            osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, NULL, 0, &len, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed) && len == 77);

    refuse_key(signer, "no PEM", "");
    refuse_key(signer, "no PEM", "garbage " SECRET);
    refuse_key(signer, "no PEM", "-----BEGIN");
    refuse_key(signer, "holds no private key", "-----BEGIN " SECRET "-----\n-----END " SECRET "-----\n");
    refuse_key(signer, "damaged", "-----BEGIN RSA PRIVATE KEY-----\n" SECRET "\n-----END RSA PRIVATE KEY-----\n");
    refuse_key(signer, "damaged", "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n");
    refuse_key(signer, "", "-----BEGIN PRIVATE KEY-----\n" SECRET "\n-----END PRIVATE KEY-----\n");
    refuse_key(signer, "OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n");
    refuse_key_file(signer, "public key", "public.pem");
    refuse_key_file(signer, "public key", "public-pkcs1.pem");
    refuse_key_file(signer, "encrypted", "encrypted-pkcs8.pem");
    refuse_key_file(signer, "encrypted", "encrypted-legacy.pem");
    refuse_key_file(signer, "certificate", "certificate.pem");
    refuse_key_file(signer, "no RSA key", "ec-pkcs8.pem");
    refuse_key_file(signer, "no RSA key", "ec-sec1.pem");
    refuse_key_file(signer, "no RSA key", "ed25519.pem");
    /* Cut short, at every 64th byte. */
    for (len = strlen(good) - 2; len > 64; len -= len > 128 ? 64 : 1) {
        pem = read_key("rsa-2048.pem");
        pem[len - 30] = '\0';
        refuse_key(signer, "", pem);
        free(pem);
    }

    /* Good ones; and a bad one after it leaves the signer with it. */
    CHECK(osign_oauth1_signer_set_private_key(signer, good, NULL) == OSIGN_OK);
    refuse_key_file(signer, "public key", "public.pem");
    CHECK(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signed_free(signed_request);
    pem = read_key("rsa-2048-pkcs1.pem");
    CHECK(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    free(pem);

    /* 512 bits hold no PKCS#1 padding of SHA-512; SHA-1 fits, and so does SHA-256. */
    pem = read_key("rsa-512.pem");
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    free(pem);
    NEED(osign_oauth1_signer_set_signature_method(signer, "RSA-SHA512", NULL) == OSIGN_OK);
    signed_request = UNTOUCHED(osign_oauth1_signed);
    REFUSED(OSIGN_INVALID_KEY, "512 bits is too short", osign_oauth1_sign(signer, request, &signed_request, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed));
    NEED(osign_oauth1_signer_set_signature_method(signer, "RSA-SHA1", NULL) == OSIGN_OK);
    CHECK(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signed_free(signed_request);

    free(good);
    osign_oauth1_request_free(request);
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
        const uint8_t *form = (const uint8_t *)pairs[i];
        size_t form_len = strlen(pairs[i]);
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
    NEED(osign_oauth1_request_set_body(request, "application/json", (const uint8_t *)"{}", 2, NULL) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_ARGUMENT, "body", osign_oauth1_sign(signer, request, &signed_request, e));
    NEED(osign_oauth1_request_set_body(request, NULL, (const uint8_t *)"a=1", 3, NULL) == OSIGN_OK);
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
                    osign_oauth1_request_set_body(request, text, (const uint8_t *)"a", 1, e));
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

/* --- Buffers --------------------------------------------------------------------------------------- */

static char *whole; /* A buffer between two guards. */
enum { GUARD = 16, ROOM = 8192 };

static char *guarded(size_t cap)
{
    memset(whole, '#', GUARD + ROOM + GUARD);
    return whole + GUARD + ROOM - cap; /* The guard follows the last byte that may be written. */
}

static int untouched(void)
{
    size_t i;
    for (i = 0; i < GUARD + ROOM + GUARD; i++) {
        if (whole[i] != '#') {
            return 0;
        }
    }
    return 1;
}

static int guards_hold(size_t cap)
{
    const char *buf = whole + GUARD + ROOM - cap;
    size_t i;
    for (i = 0; i < GUARD; i++) {
        if (buf[-1 - (long)i] != '#' || buf[cap + i] != '#') {
            return 0;
        }
    }
    return 1;
}

static void small_buffers_for_nonces(void)
{
    size_t cap, len = 0, i, size = 0;
    CHECK(osign_nonce(NULL, 0, &size, NULL) == OSIGN_OK && size >= 22 && size <= 33); /* 120 bits; 32 characters. */
    for (cap = 0; cap < size; cap++) {
        char *buf = guarded(cap);
        len = 77;
        REFUSED(OSIGN_BUFFER_TOO_SMALL, "are enough", osign_nonce(buf, cap, &len, e));
        CHECK(len == size && untouched());
    }
    for (cap = size; cap < size + 16; cap++) {
        char *buf = guarded(cap);
        CHECK(osign_nonce(buf, cap, &len, NULL) == OSIGN_OK && len == size - 1 && strlen(buf) == len && guards_hold(cap));
        for (i = size; i < cap; i++) {
            CHECK(buf[i] == '#');
        }
    }
}

static void small_buffers_for_bytes(void)
{
    static const struct {
        const char *name;
        size_t size;
    } algorithms[] = {{"SHA1", 20}, {"SHA256", 32}, {"SHA512", 64}};
    const uint8_t data[] = {0, 1, 0xff, ' ', 'a'};
    const char encoded[] = "%00%01%FF%20a";
    size_t cap, len = 0, i;
    for (i = 0; i < 3; i++) {
        size_t size = algorithms[i].size;
        CHECK(osign_hmac(algorithms[i].name, data, 5, data, 5, NULL, 0, &len, NULL) == OSIGN_OK && len == size);
        for (cap = 0; cap < size; cap++) {
            char *buf = guarded(cap);
            len = 77;
            REFUSED(OSIGN_BUFFER_TOO_SMALL, "are enough",
                    osign_hmac(algorithms[i].name, data, 5, data, 5, (uint8_t *)buf, cap, &len, e));
            CHECK(len == size && untouched());
        }
        CHECK(osign_hmac(algorithms[i].name, data, 5, data, 5, (uint8_t *)guarded(size), size, &len, NULL) == OSIGN_OK);
        CHECK(len == size && guards_hold(size)); /* No NUL follows bytes. */
    }
    CHECK(osign_percent_encode(data, 5, NULL, 0, &len, NULL) == OSIGN_OK && len == sizeof encoded);
    for (cap = 0; cap < sizeof encoded; cap++) {
        char *buf = guarded(cap);
        len = 77;
        REFUSED(OSIGN_BUFFER_TOO_SMALL, "are enough", osign_percent_encode(data, 5, buf, cap, &len, e));
        CHECK(len == sizeof encoded && untouched());
    }
    CHECK(osign_percent_encode(data, 5, guarded(cap), cap, &len, NULL) == OSIGN_OK && len == cap - 1);
    CHECK_TEXT(whole + GUARD + ROOM - cap, encoded);
    CHECK(guards_hold(cap));
    CHECK(osign_percent_encode(NULL, 0, guarded(1), 1, &len, NULL) == OSIGN_OK && len == 0 && guards_hold(1));
}

/* Every cap below the text's own length is too small; from the size that was told, none is. */
static void small_buffers_for_headers(const char *signature_method, const char *body)
{
    const char *url = "https://example.com/?a=1&b=%20";
    const uint8_t *bytes = (const uint8_t *)body;
    size_t body_len = strlen(body), enough = 0, len = 0, cap, i, longest = 0, times = sized(20000, 500);
    char *pem = read_key("rsa-2048.pem");
    osign_oauth1_signer *signer = new_signer(signature_method);
    int is_rsa = strncmp(signature_method, "RSA", 3) == 0;
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_body_hash(signer, true, NULL) == OSIGN_OK);
    free(pem);
    if (is_rsa) {
        times /= 100;
    }

    NEED(osign_oauth1_authorization(signer, "POST", url, "text/plain", bytes, body_len, NULL, 0, &enough, NULL) ==
         OSIGN_OK);
    NEED(enough > 0 && enough < ROOM);
    for (cap = 0; cap < enough; cap += is_rsa ? 41 : 1) {
        char *buf = guarded(cap);
        osign_error *error = NULL;
        osign_status status;
        len = 77;
        status = osign_oauth1_authorization(signer, "POST", url, "text/plain", bytes, body_len, buf, cap, &len, &error);
        if (status == OSIGN_OK) { /* This signature was shorter than the longest. */
            CHECK(len < cap && strlen(buf) == len && guards_hold(cap));
        } else {
            check_refusal(status, error, OSIGN_BUFFER_TOO_SMALL, "are enough", __LINE__);
            CHECK(len == enough && untouched());
        }
        osign_error_free(error);
    }
    /* Asking and signing, over and over: what was told once is always enough. */
    for (i = 0; i < times; i++) {
        size_t again = 0;
        char *buf = guarded(enough);
        if (osign_oauth1_authorization(signer, "POST", url, "text/plain", bytes, body_len, NULL, 0, &again, NULL) !=
                OSIGN_OK ||
            again != enough ||
            osign_oauth1_authorization(signer, "POST", url, "text/plain", bytes, body_len, buf, enough, &len, NULL) !=
                OSIGN_OK ||
            strlen(buf) != len || !guards_hold(enough)) {
            break;
        }
        longest = len > longest ? len : longest;
    }
    CHECK(i == times);
    CHECK(longest > 0 && longest < enough);
    CHECK(enough - longest < 1024); /* Base64 of which every character is +, against what RSA makes. */
    osign_oauth1_signer_free(signer);
}

/* --- Large ----------------------------------------------------------------------------------------- */

static void long_tokens(void)
{
    char *token = filled(65536, 't'), *secret = filled(65536, 's'), *awkward = filled(65536, '%');
    char *header;
    size_t enough = 0, len = 0;
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = new_request();
    osign_oauth1_signed *signed_request = NULL;

    NEED(osign_oauth1_signer_new(awkward, secret, &signer, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signer_set_token(signer, token, secret, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signer_set_realm(signer, awkward, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_request_set_parameter(request, "oauth_verifier", token, NULL) == OSIGN_OK);
    NEED(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, NULL, 0, &enough, NULL) ==
         OSIGN_OK);
    CHECK(enough > 7 * 65536);
    header = (char *)malloc(enough);
    NEED(header != NULL);
    CHECK(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, header, enough, &len, NULL) ==
          OSIGN_OK);
    CHECK(strlen(header) == len && len < enough && strstr(header, token) != NULL);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    CHECK(strstr(osign_oauth1_signed_base_string(signed_request), token) != NULL);
    CHECK(strlen(osign_oauth1_signed_signature(signed_request)) == 28);
    osign_oauth1_signed_free(signed_request);
    /* The secrets themselves, twice encoded in the header. */
    CHECK(osign_oauth1_signer_set_signature_method(signer, "PLAINTEXT", NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    CHECK(strlen(osign_oauth1_signed_signature(signed_request)) == 2 * 65536 + 1);
    osign_oauth1_signed_free(signed_request);
    free(header);
    free(awkward);
    free(secret);
    free(token);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* As many parameters in the query as in the form; and none of them may be lost. */
static void many_parameters(void)
{
    size_t count = sized(100000, 2000), i, used = 0, seen = 0, url_len;
    char *form = (char *)malloc(count * 16);
    char *url = (char *)malloc(count * 16 + 64);
    const char *at;
    osign_oauth1_signer *signer = new_signer("HMAC-SHA256");
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    NEED(form != NULL && url != NULL);
    for (i = 0; i < count; i++) {
        used += (size_t)snprintf(form + used, 16, "%sp%lu=%lu", i > 0 ? "&" : "", (unsigned long)(i * 7919 % count),
                                 (unsigned long)(i % 10));
    }
    url_len = (size_t)snprintf(url, count * 16 + 64, "https://example.com/?%s", form);
    CHECK(strlen(url) == url_len);
    NEED(osign_oauth1_request_new("POST", url, &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_body(request, FORM, (const uint8_t *)form, used, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    for (at = osign_oauth1_signed_base_string(signed_request); (at = strstr(at, "%3D")) != NULL; at += 3) {
        seen++;
    }
    CHECK(seen == 2 * count + 6);
    CHECK_TEXT(osign_oauth1_signed_url(signed_request), url);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
    free(url);
    free(form);
}

static void huge_bodies(void)
{
    size_t size = sized((size_t)256 << 20, (size_t)1 << 20), len = 0;
    char *body = filled(size, 'a');
    char header[1024];
    osign_oauth1_signer *signer = new_signer("HMAC-SHA1");
    NEED(osign_oauth1_signer_set_body_hash(signer, true, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_authorization(signer, "POST", "https://example.com/", "application/octet-stream",
                                     (const uint8_t *)body, size, header, sizeof header, &len, NULL) == OSIGN_OK);
    CHECK(strstr(header, "oauth_body_hash=\"") != NULL);
    body[size / 2] = '=';
    CHECK(osign_oauth1_authorization(signer, "POST", "https://example.com/", FORM, (const uint8_t *)body, size, header,
                                     sizeof header, &len, NULL) == OSIGN_OK);
    CHECK(strstr(header, "oauth_body_hash=\"") == NULL && strlen(header) == len);
    free(body);
    osign_oauth1_signer_free(signer);
}

int main(int argc, char **argv)
{
    NEED(argc == 2);
    keys = argv[1];
    whole = (char *)malloc(GUARD + ROOM + GUARD);
    NEED(whole != NULL);
    null_arguments();
    impossible_lengths();
    not_utf8();
    bad_urls();
    bad_methods();
    unknown_signature_methods();
    bad_keys();
    duplicates();
    transmission_by_body_needs_a_form();
    control_bytes();
    small_buffers_for_nonces();
    small_buffers_for_bytes();
    small_buffers_for_headers("HMAC-SHA1", "");
    small_buffers_for_headers("HMAC-SHA512", "body");
    small_buffers_for_headers("RSA-SHA256", "body");
    small_buffers_for_headers("PLAINTEXT", "body");
    long_tokens();
    many_parameters();
    huge_bodies();
    free(whole);
    return checks_end("bad_input");
}
