/* The steps of a signature through the C surface: the vectors of tests/vectors that are no whole requests.
 *
 * Its argument is that folder. oauth1/rsa.json is left to the Rust runner: it signs bare texts, and the C
 * surface signs requests alone. Vectors with a private key come through oauth1/signing.json and
 * oauth1/recomputed.json.
 */
#include "vectors.h"

static size_t unhex(const char *hex, unsigned char *out)
{
    size_t n;
    unsigned int byte = 0;
    for (n = 0; sscanf(hex + 2 * n, "%2x", &byte) == 1; n++) {
        out[n] = (unsigned char)byte;
    }
    return n;
}

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
    NEED(osign_oauth1_signer_set_body_hash(signer, 1, NULL) == OSIGN_OK);
    NEED(osign_oauth1_authorization(signer, "POST", "https://example.com/", "text/plain", body,
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

static void check_passport(const cJSON *vector)
{
    const char *names[] = {"account", "consumer_key", "consumer_secret", "token", "token_secret", "nonce"}, *texts[6];
    const char *wanted = field(vector, "signature");
    const int64_t timestamp = (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(vector, "timestamp"));
    char signature[45];
    size_t len = 0, i;
    for (i = 0; i < 6; i++) {
        NEED((texts[i] = field(vector, names[i])) != NULL);
    }
    CHECK(osign_oauth1_netsuite_passport(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], timestamp, NULL, 0, &len,
                                         NULL) == OSIGN_OK);
    CHECK(len == sizeof signature);
    CHECK(osign_oauth1_netsuite_passport(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], timestamp, signature,
                                         sizeof signature - 1, &len, NULL) == OSIGN_BUFFER_TOO_SMALL);
    CHECK(len == sizeof signature);
    NEED(osign_oauth1_netsuite_passport(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], timestamp, signature,
                                        sizeof signature, &len, NULL) == OSIGN_OK);
    CHECK_TEXT(signature, wanted);
    CHECK(len == strlen(wanted));
}

int main(int argc, char **argv)
{
    NEED(argc == 2);
    folder = argv[1];
    run("oauth1/encoding.json", check_encoding);
    run("oauth1/base_uri.json", check_base_uri);
    run("oauth1/parameters.json", check_parameters);
    run("oauth1/body_hash.json", check_body_hash);
    run("hmac.json", check_hmac);
    run("oauth1/netsuite_passport.json", check_passport);
    return checks_end("vector_parts");
}
