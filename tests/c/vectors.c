/* The whole requests of tests/vectors through the C surface; vector_parts.c has the rest.
 *
 * Its argument is that folder.
 */
#include "vectors.h"

/* --- Comparing sets -------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
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

static osign_oauth1_signer *make_signer(const cJSON *vector)
{
    osign_oauth1_signer *signer = NULL;
    const char *token = field(vector, "token"), *token_secret = field(vector, "token_secret");
    const char *key = field(vector, "private_key"), *realm = field(vector, "realm");
    const char *url_form = field(vector, "url_form");
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
    if (url_form != NULL) {
        NEED(osign_oauth1_signer_set(signer, "url_form", url_form, NULL) == OSIGN_OK);
    }
    if (cJSON_HasObjectItem(vector, "mastercard_form")) {
        NEED(osign_oauth1_signer_set(signer, "mastercard_form", "true", NULL) == OSIGN_OK);
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

int main(int argc, char **argv)
{
    NEED(argc == 2);
    folder = argv[1];
    run("oauth1/signing.json", check_request);
    run("oauth1/recomputed.json", check_request);
    run("oauth1/base_string.json", check_request);
    run("oauth1/mastercard.json", check_request);
    return checks_end("vectors");
}
