/* Large input: long tokens, very many parameters, huge bodies. */
#include "refusal.h"

static char *filled(size_t len, char with)
{
    char *text = (char *)malloc(len + 1);
    NEED(text != NULL);
    memset(text, with, len);
    text[len] = '\0';
    return text;
}

static void long_tokens(void)
{
    char *token = filled(65536, 't'), *secret = filled(65536, 's'), *awkward = filled(65536, '%');
    char *quotes = filled(65536, '"'), *header;
    size_t enough = 0, len = 0;
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = new_request();
    osign_oauth1_signed *signed_request = NULL;

    NEED(osign_oauth1_signer_new(awkward, secret, &signer, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signer_set_token(signer, token, secret, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signer_set_realm(signer, quotes, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_request_set_parameter(request, "oauth_verifier", token, NULL) == OSIGN_OK);
    NEED(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, NULL, 0, &enough, NULL) ==
         OSIGN_OK);
    CHECK(enough > 6 * 65536); /* Three bytes for a `%`, two for a quotation mark, one for a letter. */
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
    free(quotes);
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
    NEED(osign_oauth1_request_set_body(request, FORM, form, used, NULL) == OSIGN_OK);
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
    NEED(osign_oauth1_signer_set_body_hash(signer, 1, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_authorization(signer, "POST", "https://example.com/", "application/octet-stream",
                                     body, size, header, sizeof header, &len, NULL) == OSIGN_OK);
    CHECK(strstr(header, "oauth_body_hash=\"") != NULL);
    body[size / 2] = '=';
    CHECK(osign_oauth1_authorization(signer, "POST", "https://example.com/", FORM, body, size, header,
                                     sizeof header, &len, NULL) == OSIGN_OK);
    CHECK(strstr(header, "oauth_body_hash=\"") == NULL && strlen(header) == len);
    free(body);
    osign_oauth1_signer_free(signer);
}

int main(void)
{
    long_tokens();
    many_parameters();
    huge_bodies();
    return checks_end("large");
}
