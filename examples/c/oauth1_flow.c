/* Gets a token of a service of OAuth 1.0a: prints the address where a person agrees, reads from stdin what the browser came to, or
 * the code that the service shows, and calls the service's API with the token.
 *
 *     cc oauth1_flow.c -o oauth1_flow $(pkg-config --cflags --libs osign libcurl)
 *     export OSIGN_CONSUMER_KEY=... OSIGN_CONSUMER_SECRET=...
 *     export OSIGN_REQUEST_TOKEN_URL=https://... OSIGN_AUTHORIZE_URL=https://... OSIGN_ACCESS_TOKEN_URL=https://...
 *     ./oauth1_flow https://api.example.com/me
 *
 * OSIGN_PROVIDER names a service that osign knows, in place of the addresses; OSIGN_CALLBACK is where the browser comes back to, in
 * place of "oob". Token and secret go to the file that OSIGN_TOKEN_FILE names, as JSON. OSIGN_ALLOW_INSECURE_HTTP=1 lets a service
 * on this machine do without TLS. It exits with 0 when the answer's status is below 400.
 */
#define _POSIX_C_SOURCE 200809L
#include <osign.h>

#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An answer of a service. */
struct answer {
    long status;
    char content_type[256];
    char challenge[1024]; /* WWW-Authenticate, where some say why they refuse. */
    char body[65536];     /* No service has credentials of such a length. */
    size_t length;
};

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? otherwise : value;
}

static size_t receive(char *bytes, size_t size, size_t count, void *to)
{
    struct answer *answer = (struct answer *)to;
    size_t length = size * count;
    if (length > sizeof answer->body - answer->length) {
        return 0; /* libcurl takes that for an error. */
    }
    memcpy(answer->body + answer->length, bytes, length);
    answer->length += length;
    return length;
}

static size_t receive_header(char *line, size_t size, size_t count, void *to)
{
    static const char name[] = "WWW-Authenticate:";
    struct answer *answer = (struct answer *)to;
    size_t length = size * count;
    if (length > sizeof name && curl_strnequal(line, name, sizeof name - 1)) {
        snprintf(answer->challenge, sizeof answer->challenge, "%.*s", (int)(length - sizeof name), line + sizeof name);
        answer->challenge[strcspn(answer->challenge, "\r\n")] = '\0';
    }
    return length;
}

/* "Name: value", appended. */
static struct curl_slist *with_header(struct curl_slist *headers, const char *name, const char *value)
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

/* Sends a request once, as it is; 0 where no whole answer came. */
static int send_once(const osign_http_request *request, struct answer *answer)
{
    struct curl_slist *headers = NULL;
    const char *content_type = NULL;
    size_t i, length = 0;
    const uint8_t *body = osign_http_request_body(request, &length);
    CURLcode result = CURLE_FAILED_INIT;
    CURL *curl = curl_easy_init();
    memset(answer, 0, sizeof *answer);
    if (curl == NULL) {
        return 0;
    }
    for (i = 0; i < osign_http_request_header_count(request); i++) {
        headers = with_header(headers, osign_http_request_header_name(request, i), osign_http_request_header_value(request, i));
    }
    if (length == 0) {
        headers = with_header(headers, "Content-Type", ""); /* libcurl would call no body a form. */
    }
    curl_easy_setopt(curl, CURLOPT_URL, osign_http_request_url(request));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (strcmp(osign_http_request_method(request), "GET") != 0) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body == NULL ? "" : (const char *)body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, osign_http_request_method(request));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
    result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type) == CURLE_OK && content_type != NULL) {
        snprintf(answer->content_type, sizeof answer->content_type, "%s", content_type);
    }
    if (result != CURLE_OK) {
        /* Not the address: a token or a secret may stand in it. */
        fprintf(stderr, "the request was not answered: %s\n", curl_easy_strerror(result));
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return result == CURLE_OK;
}

static osign_status set_up(osign_oauth1_flow *flow, osign_error **error)
{
    static const char *const settings[][2] = {
        {"request_token_url", "OSIGN_REQUEST_TOKEN_URL"},
        {"authorize_url", "OSIGN_AUTHORIZE_URL"},
        {"access_token_url", "OSIGN_ACCESS_TOKEN_URL"},
        {"signature_method", "OSIGN_SIGNATURE_METHOD"},
        {"allow_insecure_http", "OSIGN_ALLOW_INSECURE_HTTP"},
    };
    osign_status status = osign_oauth1_flow_set(flow, "callback", environment("OSIGN_CALLBACK", "oob"), error);
    size_t i;
    for (i = 0; status == OSIGN_OK && i < sizeof settings / sizeof settings[0]; i++) {
        const char *value = environment(settings[i][1], NULL);
        if (value != NULL) {
            status = osign_oauth1_flow_set(flow, settings[i][0], value, error);
        }
    }
    return status;
}

/* Steps 1 and 2: temporary credentials, and the address where a person agrees. */
static osign_status begin(osign_oauth1_flow *flow, struct answer *answer, osign_error **error)
{
    osign_http_request *request = NULL;
    char url[4096];
    size_t len = 0;
    osign_status status = osign_oauth1_flow_request_temporary(flow, &request, error);
    if (status == OSIGN_OK && !send_once(request, answer)) {
        exit(2);
    }
    osign_http_request_free(request);
    if (status == OSIGN_OK && answer->challenge[0] != '\0') {
        status = osign_oauth1_flow_set_challenge(flow, answer->challenge, error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_flow_read_temporary(flow, (int)answer->status, answer->content_type, answer->body,
                                                  answer->length, error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_flow_authorize_url(flow, url, sizeof url, &len, error);
    }
    if (status == OSIGN_OK) {
        printf("Open this address, agree, and paste here the address that the browser comes to, or the code:\n%s\n", url);
        fflush(stdout);
    }
    return status;
}

/* Step 3: token credentials. A callback that is not ours is asked for again: anybody can open an address. */
static osign_status finish(osign_oauth1_flow *flow, struct answer *answer, osign_oauth1_credentials **credentials,
                           osign_error **error)
{
    osign_http_request *request = NULL;
    char callback[4096];
    osign_status status = OSIGN_FOREIGN_STATE;
    while (status == OSIGN_FOREIGN_STATE) {
        if (fgets(callback, sizeof callback, stdin) == NULL) {
            fprintf(stderr, "nobody agreed\n");
            exit(2);
        }
        status = osign_oauth1_flow_read_callback(flow, callback, error);
        if (status == OSIGN_FOREIGN_STATE) {
            fprintf(stderr, "%s\n", osign_error_message(*error));
            osign_error_free(*error);
        }
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_flow_request_token(flow, &request, error);
    }
    if (status == OSIGN_OK && !send_once(request, answer)) {
        exit(2);
    }
    osign_http_request_free(request);
    if (status == OSIGN_OK && answer->challenge[0] != '\0') {
        status = osign_oauth1_flow_set_challenge(flow, answer->challenge, error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_flow_read_token(flow, (int)answer->status, answer->content_type, answer->body, answer->length,
                                              credentials, error);
    }
    memset(answer, 0, sizeof *answer); /* The credentials stood there. */
    return status;
}

/* Keeps the credentials where nobody else reads them; 0 where they are kept, or nobody wanted that. */
static int keep(const osign_oauth1_credentials *credentials)
{
    const char *path = environment("OSIGN_TOKEN_FILE", NULL), *json = osign_oauth1_credentials_json(credentials);
    int file, failed;
    if (path == NULL) {
        fprintf(stderr, "OSIGN_TOKEN_FILE is not set, so the token is kept nowhere\n");
        return 0;
    }
    file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    failed = file < 0 || write(file, json, strlen(json)) != (ssize_t)strlen(json);
    if (file >= 0 && close(file) != 0) {
        failed = 1;
    }
    if (failed) {
        perror(path);
    }
    return failed;
}

/* Calls the API with the token; 0 where the service takes it. */
static int call(const osign_oauth1_flow *flow, const char *url, struct answer *answer)
{
    osign_oauth1_signer *signer = NULL;
    osign_error *error = NULL;
    char header[4096];
    size_t len = 0;
    int failed = 1;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
    osign_status status = osign_oauth1_flow_signer(flow, &signer, &error);
    if (status == OSIGN_OK) {
        status = osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, header, sizeof header, &len, &error);
    }
    if (status == OSIGN_OK && curl != NULL) {
        memset(answer, 0, sizeof *answer);
        headers = with_header(NULL, "Authorization", header);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
        if (curl_easy_perform(curl) == CURLE_OK) {
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
            printf("HTTP %ld\n%.*s\n", answer->status, (int)answer->length, answer->body);
            failed = answer->status >= 400;
        }
    } else {
        fprintf(stderr, "%s: %s\n", osign_status_name(status), osign_error_message(error));
    }
    osign_error_free(error);
    osign_oauth1_signer_free(signer);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return failed;
}

int main(int argc, char **argv)
{
    static struct answer answer;
    osign_oauth1_flow *flow = NULL;
    osign_oauth1_credentials *credentials = NULL;
    osign_error *error = NULL;
    osign_status status;
    int failed = 0;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    status = osign_oauth1_flow_new(environment("OSIGN_PROVIDER", NULL), NULL, environment("OSIGN_CONSUMER_KEY", ""),
                                   environment("OSIGN_CONSUMER_SECRET", ""), &flow, &error);
    if (status == OSIGN_OK) {
        status = set_up(flow, &error);
    }
    if (status == OSIGN_OK) {
        status = begin(flow, &answer, &error);
    }
    if (status == OSIGN_OK) {
        status = finish(flow, &answer, &credentials, &error);
    }
    if (status == OSIGN_OK) {
        failed = keep(credentials);
        if (argc > 1 && call(flow, argv[1], &answer) != 0) {
            failed = 1;
        }
    } else {
        fprintf(stderr, "%s (%s): %s\n", osign_status_name(status), osign_error_reason(error), osign_error_message(error));
    }
    osign_error_free(error);
    osign_oauth1_credentials_free(credentials);
    osign_oauth1_flow_free(flow);
    curl_global_cleanup();
    return status != OSIGN_OK || failed;
}
