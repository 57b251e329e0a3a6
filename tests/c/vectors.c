/* Every vector of tests/vectors through the C surface; its README says what the fields mean.
 *
 * Its argument is that folder. oauth1/rsa.json is left to the Rust runner: it signs bare texts, and the C
 * surface signs requests alone. Vectors with a private key come through oauth1/signing.json and
 * oauth1/recomputed.json.
 */
#include "check.h"

#include <cjson/cJSON.h>

static const char *folder;
static const char *current = ""; /* The vector that is looked at, for messages. */

/* --- Reading --------------------------------------------------------------------------------------- */

static char *read_file(const char *name, size_t *len)
{
    char path[1024];
    char *text;
    long size;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    rewind(file);
    text = (char *)malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    text[size] = '\0';
    if (len != NULL) {
        *len = (size_t)size;
    }
    return text;
}

static cJSON *read_json(const char *name)
{
    char *text = read_file(name, NULL);
    cJSON *json = cJSON_Parse(text);
    if (json == NULL || cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "vectors")) == 0) {
        fprintf(stderr, "%s holds no vectors\n", name);
        exit(2);
    }
    free(text);
    return json;
}

/* A field's text; NULL where it is null or missing. */
static const char *field(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static int flag(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static size_t unhex(const char *hex, unsigned char *out)
{
    size_t n;
    unsigned int byte = 0;
    for (n = 0; sscanf(hex + 2 * n, "%2x", &byte) == 1; n++) {
        out[n] = (unsigned char)byte;
    }
    return n;
}

static size_t unbase64(const char *text, unsigned char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned long bits = 0;
    unsigned int have = 0;
    size_t n = 0;
    for (; *text != '\0' && *text != '='; text++) {
        bits = (bits << 6 | (unsigned long)(strchr(digits, *text) - digits)) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (unsigned char)(bits >> have & 0xff);
        }
    }
    return n;
}

/* Decodes %XX in place. */
static void percent_decode(char *text)
{
    char *out = text;
    unsigned int byte = 0;
    while (*text != '\0') {
        if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) {
            *out++ = (char)byte;
            text += 3;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
}

static char *copy(const char *text)
{
    char *made = (char *)malloc(strlen(text) + 1);
    NEED(made != NULL);
    return strcpy(made, text);
}

static char *encoded(const char *text)
{
    size_t len = 0;
    char *out;
    NEED(osign_percent_encode((const uint8_t *)text, strlen(text), NULL, 0, &len, NULL) == OSIGN_OK);
    out = (char *)malloc(len);
    NEED(out != NULL);
    NEED(osign_percent_encode((const uint8_t *)text, strlen(text), out, len, &len, NULL) == OSIGN_OK);
    return out;
}

/* --- Comparing sets -------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Splits in place. */
static size_t split(char *text, const char *separator, char **parts, size_t room)
{
    size_t count = 0;
    char *next;
    if (*text == '\0') {
        return 0;
    }
    while (count < room) {
        parts[count++] = text;
        next = strstr(text, separator);
        if (next == NULL) {
            break;
        }
        *next = '\0';
        text = next + strlen(separator);
    }
    return count;
}

static int same_set(const char *got, const char *wanted, const char *separator)
{
    char *one = copy(got), *two = copy(wanted);
    char *ours[256], *theirs[256];
    size_t count = split(one, separator, ours, 256), i;
    int same = count == split(two, separator, theirs, 256);
    if (same) {
        qsort(ours, count, sizeof *ours, compare);
        qsort(theirs, count, sizeof *theirs, compare);
        for (i = 0; i < count; i++) {
            same &= strcmp(ours[i], theirs[i]) == 0;
        }
    }
    free(one);
    free(two);
    if (!same) {
        fprintf(stderr, "%s:\n    got    %s\n    wanted %s\n", current, got, wanted);
    }
    return same;
}

/* The parts before `?` are equal, and the query parameters are the same set. */
static int same_url(const char *got, const char *wanted)
{
    size_t one = strcspn(got, "?"), two = strcspn(wanted, "?");
    return one == two && strncmp(got, wanted, one) == 0 && same_set(got + one + (got[one] == '?'), wanted + two + (wanted[two] == '?'), "&");
}

static int same_authorization(const char *got, const char *wanted)
{
    static const char scheme[] = "OAuth ", realm[] = "realm=";
    const size_t start = sizeof scheme - 1;
    if (strncmp(got, scheme, start) != 0 || strncmp(wanted, scheme, start) != 0) {
        return 0;
    }
    if (strstr(wanted, realm) != NULL && strncmp(got + start, realm, sizeof realm - 1) != 0) {
        return 0;
    }
    return same_set(got + start, wanted + start, ", ");
}

/* --- Requests -------------------------------------------------------------------------------------- */

struct body {
    unsigned char *bytes; /* NULL for none. */
    size_t len;
};

static struct body read_body(const cJSON *vector)
{
    struct body body = {NULL, 0};
    const char *text = field(vector, "body"), *base64 = field(vector, "body_base64");
    if (text != NULL) {
        body.bytes = (unsigned char *)copy(text);
        body.len = strlen(text);
    } else if (base64 != NULL) {
        body.bytes = (unsigned char *)copy(base64);
        body.len = unbase64(base64, body.bytes);
    }
    return body;
}

static osign_oauth1_signer *make_signer(const cJSON *vector)
{
    osign_oauth1_signer *signer = NULL;
    const char *token = field(vector, "token"), *token_secret = field(vector, "token_secret");
    const char *key = field(vector, "private_key"), *realm = field(vector, "realm");
    NEED(osign_oauth1_signer_new(field(vector, "consumer_key"), field(vector, "consumer_secret"), &signer, NULL) ==
         OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(signer, field(vector, "signature_method"), NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_send_version(signer, flag(vector, "send_version"), NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_body_hash(signer, flag(vector, "body_hash"), NULL) == OSIGN_OK);
    if (token != NULL || token_secret != NULL) {
        NEED(osign_oauth1_signer_set_token(signer, token == NULL ? "" : token,
                                           token_secret == NULL ? "" : token_secret, NULL) == OSIGN_OK);
    }
    if (realm != NULL) {
        NEED(osign_oauth1_signer_set_realm(signer, realm, NULL) == OSIGN_OK);
    }
    if (key != NULL) {
        char name[256];
        char *pem;
        snprintf(name, sizeof name, "oauth1/%s", key);
        pem = read_file(name, NULL);
        NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
        free(pem);
    }
    return signer;
}

static osign_oauth1_request *make_request(const cJSON *vector, struct body body)
{
    osign_oauth1_request *request = NULL;
    const cJSON *pair;
    const char *content_type = field(vector, "content_type");
    NEED(osign_oauth1_request_new(field(vector, "method"), field(vector, "url"), &request, NULL) == OSIGN_OK);
    if (content_type != NULL || body.bytes != NULL) {
        NEED(osign_oauth1_request_set_body(request, content_type, body.bytes, body.len, NULL) == OSIGN_OK);
    }
    cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(vector, "parameters")) {
        NEED(osign_oauth1_request_set_parameter(request, cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0)),
                                                cJSON_GetStringValue(cJSON_GetArrayItem(pair, 1)), NULL) == OSIGN_OK);
    }
    NEED(osign_oauth1_request_set_transmission(request, field(vector, "transmission"), NULL) == OSIGN_OK);
    return request;
}

/* The value of a parameter of a header, decoded. */
static char *header_parameter(const char *header, const char *name)
{
    char *value;
    const char *start = strstr(header, name);
    NEED(start != NULL);
    start += strlen(name) + 2; /* =" */
    value = copy(start);
    value[strcspn(value, "\"")] = '\0';
    percent_decode(value);
    return value;
}

/* The short way, and the full way with the short one's nonce and timestamp, make the same header. */
static void check_short_way(const cJSON *vector, const osign_oauth1_signer *signer, struct body body)
{
    osign_oauth1_request *request = make_request(vector, body);
    osign_oauth1_signed *signed_request = NULL;
    size_t len = 0, enough = 0;
    char *header, *nonce, *timestamp;
    const char *method = field(vector, "method"), *url = field(vector, "url");
    const char *content_type = field(vector, "content_type");

    NEED(osign_oauth1_authorization(signer, method, url, content_type, body.bytes, body.len, NULL, 0, &enough, NULL) ==
         OSIGN_OK);
    header = (char *)malloc(enough);
    NEED(header != NULL);
    NEED(osign_oauth1_authorization(signer, method, url, content_type, body.bytes, body.len, header, enough, &len,
                                    NULL) == OSIGN_OK);
    CHECK(len < enough && strlen(header) == len);
    nonce = header_parameter(header, "oauth_nonce");
    timestamp = header_parameter(header, "oauth_timestamp");
    NEED(osign_oauth1_request_set_nonce(request, nonce, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(request, strtoll(timestamp, NULL, 10), NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    CHECK_TEXT(header, osign_oauth1_signed_authorization(signed_request));
    free(timestamp);
    free(nonce);
    free(header);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
}

static void check_request(const cJSON *vector)
{
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(vector, "expected");
    const char *signature = field(expected, "signature"), *base_string = field(expected, "base_string");
    const char *normalized = field(expected, "normalized_parameters"), *header = field(expected, "authorization");
    const char *url = field(expected, "url"), *form = field(expected, "body");
    const char *transmission = field(vector, "transmission");
    struct body body = read_body(vector);
    osign_oauth1_signer *signer = make_signer(vector);
    osign_oauth1_request *request = make_request(vector, body);
    osign_oauth1_signed *signed_request = NULL;
    const uint8_t *sent;
    size_t sent_len = 0;

    NEED(osign_oauth1_request_set_nonce(request, field(vector, "nonce"), NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(
             request, (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(vector, "timestamp")), NULL) ==
         OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    if (signature != NULL) {
        CHECK_TEXT(osign_oauth1_signed_signature(signed_request), signature);
    }
    if (base_string != NULL) {
        CHECK_TEXT(osign_oauth1_signed_base_string(signed_request), base_string);
    }
    if (normalized != NULL) {
        char *wanted = encoded(normalized);
        CHECK_TEXT(strrchr(osign_oauth1_signed_base_string(signed_request), '&') + 1, wanted);
        free(wanted);
    }
    if (header != NULL) {
        CHECK(same_authorization(osign_oauth1_signed_authorization(signed_request), header));
    }
    if (url != NULL) {
        CHECK(same_url(osign_oauth1_signed_url(signed_request), url));
    }
    sent = osign_oauth1_signed_body(signed_request, &sent_len);
    if (form != NULL) {
        char *text = (char *)calloc(sent_len + 1, 1);
        NEED(text != NULL && sent != NULL);
        memcpy(text, sent, sent_len);
        CHECK(same_set(text, form, "&"));
        free(text);
    } else if (strcmp(transmission, "body") != 0) {
        CHECK(sent_len == body.len && (sent_len == 0 || memcmp(sent, body.bytes, sent_len) == 0));
    }
    CHECK((osign_oauth1_signed_authorization(signed_request)[0] != '\0') == (strcmp(transmission, "header") == 0));
    if (strcmp(transmission, "header") == 0 &&
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(vector, "parameters")) == 0) {
        check_short_way(vector, signer, body);
    }
    free(body.bytes);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* --- The tables ------------------------------------------------------------------------------------ */

static void check_encoding(const cJSON *vector)
{
    unsigned char bytes[1024];
    char text[3 * sizeof bytes + 1];
    size_t bytes_len = unhex(field(vector, "hex"), bytes), len = 0;
    const char *wanted = field(vector, "encoded");
    NEED(osign_percent_encode(bytes, bytes_len, text, sizeof text, &len, NULL) == OSIGN_OK);
    CHECK_TEXT(text, wanted);
    CHECK(len == strlen(wanted));
}

static void check_base_uri(const cJSON *vector)
{
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    const char *wanted = field(vector, "base_uri"), *refusal = field(vector, "error");
    osign_status status = osign_oauth1_request_new("GET", field(vector, "url"), &request, NULL);

    if (refusal != NULL) {
        CHECK_TEXT(osign_status_name(status), refusal);
        CHECK(request == NULL);
        return;
    }
    NEED(status == OSIGN_OK);
    NEED(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    {
        char *got = copy(osign_oauth1_signed_base_string(signed_request));
        char *uri = encoded(wanted);
        char *parts[3];
        CHECK(split(got, "&", parts, 3) == 3);
        CHECK_TEXT(parts[1], uri);
        free(uri);
        free(got);
    }
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

/* A header parameter of a vector; `otherwise` where it has none. */
static const char *given(const cJSON *vector, const char *name, const char *otherwise)
{
    const cJSON *pair;
    cJSON_ArrayForEach(pair, cJSON_GetObjectItemCaseSensitive(vector, "header_parameters")) {
        if (strcmp(cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0)), name) == 0) {
            return cJSON_GetStringValue(cJSON_GetArrayItem(pair, 1));
        }
    }
    return otherwise;
}

/* What C signs always has a key, a nonce and so on; those that the vector has not are taken out again. */
static void check_parameters(const cJSON *vector)
{
    struct body body = read_body(vector);
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    char *base_string, *normalized, *left, *pairs[64];
    size_t count, i;

    NEED(osign_oauth1_signer_new(given(vector, "oauth_consumer_key", "key"), "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, given(vector, "oauth_token", ""), "", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_send_version(signer, given(vector, "oauth_version", NULL) != NULL, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(signer, given(vector, "oauth_signature_method", "HMAC-SHA1"), NULL) ==
         OSIGN_OK);
    NEED(osign_oauth1_request_new("POST", field(vector, "url"), &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_body(request, field(vector, "content_type"), body.bytes, body.len, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_nonce(request, given(vector, "oauth_nonce", "nonce"), NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_timestamp(request, strtoll(given(vector, "oauth_timestamp", "1"), NULL, 10), NULL) ==
         OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);

    base_string = copy(osign_oauth1_signed_base_string(signed_request));
    normalized = strrchr(base_string, '&') + 1;
    percent_decode(normalized);
    left = (char *)calloc(strlen(normalized) + 1, 1);
    NEED(left != NULL);
    count = split(normalized, "&", pairs, 64);
    for (i = 0; i < count; i++) {
        char *name = copy(pairs[i]);
        name[strcspn(name, "=")] = '\0';
        if (strncmp(name, "oauth_", 6) != 0 || given(vector, name, NULL) != NULL) {
            strcat(left, *left == '\0' ? "" : "&");
            strcat(left, pairs[i]);
        }
        free(name);
    }
    CHECK_TEXT(left, field(vector, "normalized"));
    free(left);
    free(base_string);
    free(body.bytes);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

static void check_body_hash(const cJSON *vector)
{
    int sha1 = strcmp(field(vector, "algorithm"), "SHA1") == 0;
    const char *body = field(vector, "body");
    char header[1024], *hash;
    size_t len = 0;
    osign_oauth1_signer *signer = NULL;
    NEED(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(signer, sha1 ? "HMAC-SHA1" : "HMAC-SHA256", NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_body_hash(signer, true, NULL) == OSIGN_OK);
    NEED(osign_oauth1_authorization(signer, "POST", "https://example.com/", "text/plain", (const uint8_t *)body,
                                    strlen(body), header, sizeof header, &len, NULL) == OSIGN_OK);
    hash = header_parameter(header, "oauth_body_hash");
    CHECK_TEXT(hash, field(vector, "hash"));
    free(hash);
    osign_oauth1_signer_free(signer);
}

static void check_hmac(const cJSON *vector)
{
    const char *key_hex = field(vector, "key_hex"), *data_hex = field(vector, "data_hex");
    const char *mac_hex = field(vector, "mac_hex");
    unsigned char *key = (unsigned char *)malloc(strlen(key_hex) + 1), *data = (unsigned char *)malloc(strlen(data_hex) + 1);
    unsigned char wanted[64], mac[64];
    size_t key_len, data_len, wanted_len, len = 0;
    NEED(key != NULL && data != NULL && strlen(mac_hex) <= 2 * sizeof wanted);
    key_len = unhex(key_hex, key);
    data_len = unhex(data_hex, data);
    wanted_len = unhex(mac_hex, wanted);
    NEED(osign_hmac(field(vector, "algorithm"), key, key_len, data, data_len, mac, sizeof mac, &len, NULL) == OSIGN_OK);
    CHECK(flag(vector, "truncated") ? len > wanted_len : len == wanted_len);
    CHECK(osign_equal_constant_time(mac, wanted_len, wanted, wanted_len));
    free(key);
    free(data);
}

static void run(const char *name, void (*check)(const cJSON *))
{
    cJSON *json = read_json(name);
    const cJSON *vector;
    int count = 0;
    cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(json, "vectors")) {
        unsigned long failed = checks_failed;
        current = field(vector, "name") != NULL ? field(vector, "name") : "(no name)";
        check(vector);
        count++;
        if (checks_failed > failed) {
            fprintf(stderr, "    in vector %d of %s: %s (%s)\n", count, name, current, field(vector, "source"));
        }
    }
    printf("%-24s %d vectors\n", name, count);
    cJSON_Delete(json);
}

int main(int argc, char **argv)
{
    NEED(argc == 2);
    folder = argv[1];
    run("oauth1/signing.json", check_request);
    run("oauth1/recomputed.json", check_request);
    run("oauth1/base_string.json", check_request);
    run("oauth1/encoding.json", check_encoding);
    run("oauth1/base_uri.json", check_base_uri);
    run("oauth1/parameters.json", check_parameters);
    run("oauth1/body_hash.json", check_body_hash);
    run("hmac.json", check_hmac);
    return checks_end("vectors");
}
