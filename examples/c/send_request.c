/* Signs a request, sends it with libcurl, and prints the answer.
 *
 *     cc send_request.c -o send_request $(pkg-config --cflags --libs osign libcurl)
 *     export OSIGN_CONSUMER_KEY=... OSIGN_CONSUMER_SECRET=... OSIGN_TOKEN=... OSIGN_TOKEN_SECRET=...
 *     ./send_request POST https://api.example.com/items 'application/json' '{"name":"x"}'
 *
 * OSIGN_SIGNATURE_METHOD names a method other than HMAC-SHA1, and OSIGN_PRIVATE_KEY a PEM file for the RSA
 * ones. OSIGN_NONCE fixes the nonce, to see a service refuse it the second time. Credentials come from the
 * environment, since every user of the machine can read the arguments. It exits with 0 when the answer's
 * status is below 400.
 */
#include <osign.h>

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static int report(osign_status status, osign_error *error)
{
    fprintf(stderr, "%s: %s\n", osign_status_name(status), osign_error_message(error));
    osign_error_free(error);
    return 2;
}

/* The text of a file; NULL when it cannot be read. The caller frees it. */
static char *read_file(const char *path)
{
    char *text = NULL;
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        text = (char *)calloc(1, 16384);
        if (text != NULL && (fread(text, 1, 16383, file) == 0 || !feof(file))) {
            free(text);
            text = NULL;
        }
        fclose(file);
    }
    return text;
}

static osign_status make_signer(osign_oauth1_signer **signer, osign_error **error)
{
    const char *method = environment("OSIGN_SIGNATURE_METHOD"), *key = environment("OSIGN_PRIVATE_KEY");
    osign_status status = osign_oauth1_signer_new(environment("OSIGN_CONSUMER_KEY"),
                                                  environment("OSIGN_CONSUMER_SECRET"), signer, error);
    if (status == OSIGN_OK) {
        status = osign_oauth1_signer_set_token(*signer, environment("OSIGN_TOKEN"), environment("OSIGN_TOKEN_SECRET"),
                                               error);
    }
    if (status == OSIGN_OK && *method != '\0') {
        status = osign_oauth1_signer_set_signature_method(*signer, method, error);
    }
    if (status == OSIGN_OK && *key != '\0') {
        char *pem = read_file(key);
        /* What cannot be read is no key; osign says so. */
        status = osign_oauth1_signer_set_private_key(*signer, pem == NULL ? "" : pem, error);
        free(pem);
    }
    return status;
}

/* "Name: value", allocated. */
static struct curl_slist *add_header(struct curl_slist *headers, const char *name, const char *value)
{
    struct curl_slist *longer = NULL;
    size_t size = strlen(name) + strlen(value) + 3;
    char *line = (char *)malloc(size);
    if (line != NULL) {
        snprintf(line, size, "%s: %s", name, value);
        longer = curl_slist_append(headers, line);
        free(line);
    }
    return longer == NULL ? headers : longer;
}

/* Sends exactly what was signed: the URL and the body as the signed request has them. */
static int send_signed(const char *method, const char *content_type, const osign_oauth1_signed *signed_request)
{
    size_t body_len = 0;
    const uint8_t *body = osign_oauth1_signed_body(signed_request, &body_len);
    struct curl_slist *headers = add_header(NULL, "Authorization", osign_oauth1_signed_authorization(signed_request));
    CURL *curl = curl_easy_init();
    CURLcode result = CURLE_FAILED_INIT;
    long answer = 0;

    if (curl != NULL) {
        if (content_type != NULL) {
            headers = add_header(headers, "Content-Type", content_type);
        }
        curl_easy_setopt(curl, CURLOPT_URL, osign_oauth1_signed_url(signed_request));
        curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* What is signed is sent: no /../ is folded. */
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        if (body != NULL) {
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)body);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_len);
        }
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
        result = curl_easy_perform(curl); /* Prints the answer's body. */
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
        curl_easy_cleanup(curl);
    }
    curl_slist_free_all(headers);
    if (result != CURLE_OK) {
        fprintf(stderr, "%s\n", curl_easy_strerror(result));
        return 2;
    }
    printf("\nHTTP %ld\n", answer);
    return answer < 400 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *content_type = argc > 3 ? argv[3] : NULL, *nonce = environment("OSIGN_NONCE");
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    osign_error *error = NULL;
    osign_status status;
    int failed;

    if (argc < 3 || argc == 4 || argc > 5) {
        fprintf(stderr, "usage: send_request METHOD URL [CONTENT-TYPE BODY]\n");
        return 2;
    }
    status = make_signer(&signer, &error);
    if (status == OSIGN_OK) {
        status = osign_oauth1_request_new(argv[1], argv[2], &request, &error);
    }
    if (status == OSIGN_OK && argc > 4) {
        status = osign_oauth1_request_set_body(request, content_type, argv[4], strlen(argv[4]), &error);
    }
    if (status == OSIGN_OK && *nonce != '\0') {
        status = osign_oauth1_request_set_nonce(request, nonce, &error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_sign(signer, request, &signed_request, &error);
    }
    failed = status == OSIGN_OK ? send_signed(argv[1], content_type, signed_request) : report(status, error);

    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
    return failed;
}
