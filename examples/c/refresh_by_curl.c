/* Prints an access token that is good now; what must be sent for it is sent by libcurl, with whatever a program sets there:
 * a proxy, a certificate, a trace.
 *
 *     cc refresh_by_curl.c -o refresh_by_curl $(pkg-config --cflags --libs osign libcurl)
 *     export OSIGN_STORE=sqlite:grants.sqlite OSIGN_STORE_KEY_FILE=store.key
 *     ./refresh_by_curl crm
 */
#define _POSIX_C_SOURCE 200809L
#include <osign.h>

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An answer's body. */
struct body {
    char bytes[65536]; /* No token endpoint answers with more. */
    size_t length;
};

static size_t receive(char *bytes, size_t size, size_t count, void *to)
{
    struct body *body = (struct body *)to;
    size_t length = size * count;
    if (length > sizeof body->bytes - body->length) {
        return 0; /* libcurl takes that for an error. */
    }
    memcpy(body->bytes + body->length, bytes, length);
    body->length += length;
    return length;
}

/* The headers as libcurl takes them. */
static struct curl_slist *headers_of(const osign_http_request *request)
{
    struct curl_slist *headers = NULL;
    size_t i;
    for (i = 0; i < osign_http_request_header_count(request); i++) {
        const char *name = osign_http_request_header_name(request, i), *value = osign_http_request_header_value(request, i);
        size_t size = strlen(name) + strlen(value) + 3;
        char *line = (char *)malloc(size);
        if (line != NULL) {
            struct curl_slist *longer;
            snprintf(line, size, "%s: %s", name, value);
            longer = curl_slist_append(headers, line);
            headers = longer == NULL ? headers : longer;
            free(line);
        }
    }
    return headers;
}

/* Sends the request once, and tells the refresh what came of it. */
static osign_status send_once(osign_refresh *refresh, osign_error **error)
{
    osign_http_request *request = NULL;
    struct curl_slist *headers;
    static struct body body;
    size_t length = 0;
    const uint8_t *bytes;
    const char *content_type = NULL;
    curl_off_t retry_after = 0;
    long http_status = 0;
    CURLcode result = CURLE_COULDNT_CONNECT;
    CURL *curl = curl_easy_init();
    osign_status status = osign_refresh_request(refresh, &request, error);
    if (status != OSIGN_OK || curl == NULL) {
        osign_http_request_free(request);
        curl_easy_cleanup(curl);
        return status != OSIGN_OK ? status : osign_refresh_not_sent(refresh, error);
    }
    headers = headers_of(request);
    bytes = osign_http_request_body(request, &length);
    body.length = 0;
    curl_easy_setopt(curl, CURLOPT_URL, osign_http_request_url(request));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes == NULL ? "" : (const char *)bytes);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, osign_http_request_method(request));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 28L); /* The library gives a request 30 seconds. */
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    result = curl_easy_perform(curl);
    switch (result) {
        case CURLE_OK:
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
            curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
            curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
            if (retry_after > 0) {
                osign_refresh_set_retry_after(refresh, retry_after, NULL);
            }
            status = osign_refresh_answer(refresh, (int)http_status, content_type, body.bytes, body.length, error);
            break;
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
            status = osign_refresh_not_sent(refresh, error);
            break;
        default: /* In every case of doubt. */
            status = osign_refresh_lost(refresh, error);
    }
    memset(&body, 0, sizeof body); /* Tokens stood there. */
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    osign_http_request_free(request);
    return status;
}

static osign_status wait_and_go_on(osign_refresh *refresh, osign_error **error)
{
    int64_t milliseconds = osign_refresh_wait_milliseconds(refresh);
    struct timespec time;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&time, NULL);
    return osign_refresh_waited(refresh, error);
}

/* Reads the store's key; its length, or 0 where there is none. */
static size_t read_key(char *key, size_t room)
{
    const char *path = getenv("OSIGN_STORE_KEY_FILE");
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(key, 1, room, file);
    if (file != NULL) {
        fclose(file);
    }
    return length;
}

int main(int argc, char **argv)
{
    const char *url = getenv("OSIGN_STORE");
    char key[128];
    size_t key_len = read_key(key, sizeof key);
    osign_store *store = NULL;
    osign_refresh *refresh = NULL;
    osign_token *token = NULL;
    osign_error *error = NULL;
    osign_status status;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    status = osign_store_open(url, key, key_len, &store, &error);
    if (status == OSIGN_OK) {
        status = osign_refresh_begin(store, argc > 1 ? argv[1] : "crm", 60, &refresh, &error);
    }
    while (status == OSIGN_OK && osign_refresh_state(refresh) != OSIGN_REFRESH_TOKEN) {
        if (osign_refresh_state(refresh) == OSIGN_REFRESH_SEND) {
            status = send_once(refresh, &error);
        } else {
            status = wait_and_go_on(refresh, &error);
        }
    }
    if (status == OSIGN_OK) {
        status = osign_refresh_token(refresh, &token, &error);
    }
    if (status == OSIGN_OK) {
        printf("%s\n", osign_token_value(token));
    } else {
        fprintf(stderr, "%s: %s\n", osign_status_name(status), osign_error_message(error));
    }
    osign_error_free(error);
    osign_token_free(token);
    osign_refresh_free(refresh);
    osign_store_free(store);
    curl_global_cleanup();
    return status != OSIGN_OK;
}
