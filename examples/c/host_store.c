/* Keeps grants in a table of the program's own, here a plain file, in the place of a store of the library's: each write has its
 * condition, and what must be sent is sent by libcurl.
 *
 *     cc host_store.c -o host_store $(pkg-config --cflags --libs osign libcurl)
 *     export OSIGN_STORE_KEY_FILE=store.key
 *     ./host_store grants.txt add crm provider=amocrm client_id=... client_secret=... redirect_uri=... account=...
 *     ./host_store grants.txt login crm                   prints the address where a person agrees
 *     ./host_store grants.txt finish crm CALLBACK-URL
 *     ./host_store grants.txt token crm                   prints a token that is good now
 *     ./host_store grants.txt list
 */
#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L
#include "file_table.h"

#include <curl/curl.h>
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

/* Sends the request once, and tells the work what came of it. */
static osign_status send_once(osign_hosted_work *work, osign_error **error)
{
    static struct body body;
    osign_http_request *request = NULL;
    struct curl_slist *headers = NULL;
    const char *content_type = NULL;
    const uint8_t *bytes;
    size_t i, length = 0;
    long http_status = 0;
    CURLcode result;
    CURL *curl = curl_easy_init();
    osign_status status = osign_hosted_work_request(work, &request, error);
    if (status != OSIGN_OK || curl == NULL) {
        osign_http_request_free(request);
        curl_easy_cleanup(curl);
        return status != OSIGN_OK ? status : osign_hosted_work_not_sent(work, error);
    }
    for (i = 0; i < osign_http_request_header_count(request); i++) {
        char line[8192];
        snprintf(line, sizeof line, "%s: %s", osign_http_request_header_name(request, i),
                 osign_http_request_header_value(request, i));
        headers = curl_slist_append(headers, line);
    }
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
    if (result == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
        curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
        status = osign_hosted_work_answer(work, (int)http_status, content_type, body.bytes, body.length, error);
    } else if (result == CURLE_COULDNT_RESOLVE_HOST || result == CURLE_COULDNT_CONNECT) {
        status = osign_hosted_work_not_sent(work, error);
    } else { /* In every case of doubt. */
        status = osign_hosted_work_lost(work, error);
    }
    memset(&body, 0, sizeof body); /* Tokens stood there. */
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    osign_http_request_free(request);
    return status;
}

/* Does one step, and tells what came of it. */
static osign_status take_step(const char *table, osign_hosted_work *work, osign_error **error)
{
    struct row row;
    struct timespec time;
    int64_t milliseconds;
    int32_t step = osign_hosted_work_step(work);
    int done;
    char *names;
    osign_status status;
    switch (step) {
        case OSIGN_HOSTED_LOAD:
            done = table_load(table, osign_hosted_work_name(work), &row);
            return done < 0 ? osign_hosted_work_failed(work, "the file cannot be read", error)
                            : osign_hosted_work_loaded(work, done ? row.generation : 0, done ? row.revision : 0,
                                                       done ? row.record : NULL, error);
        case OSIGN_HOSTED_NAMES:
            names = table_names(table);
            status = names == NULL ? osign_hosted_work_failed(work, "the file cannot be read", error)
                                   : osign_hosted_work_names(work, names, error);
            free(names);
            return status;
        case OSIGN_HOSTED_SEND:
            return send_once(work, error);
        case OSIGN_HOSTED_WAIT:
            milliseconds = osign_hosted_work_wait_milliseconds(work);
            time.tv_sec = (time_t)(milliseconds / 1000);
            time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
            nanosleep(&time, NULL);
            return osign_hosted_work_waited(work, error);
        default: /* The writes. */
            done = table_write(table, step, osign_hosted_work_name(work), osign_hosted_work_generation(work),
                               osign_hosted_work_revision(work), osign_hosted_work_new_name(work),
                               osign_hosted_work_record(work));
            return done < 0 ? osign_hosted_work_failed(work, "the file cannot be written", error)
                            : osign_hosted_work_written(work, done, error);
    }
}

/* Options with the key of the file that the environment names. */
static osign_status options_new(osign_store_options **options, osign_error **error)
{
    const char *path = getenv("OSIGN_STORE_KEY_FILE");
    char key[128] = "";
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    osign_status status = osign_store_options_new(options, error);
    if (file != NULL) {
        key[fread(key, 1, sizeof key - 1, file)] = '\0';
        fclose(file);
    }
    return status == OSIGN_OK ? osign_store_options_set(*options, "key", key, error) : status;
}

/* A grant of settings such as client_id=7. */
static osign_status grant_new(char **settings, osign_grant **grant, osign_error **error)
{
    osign_status status = osign_grant_new(grant, error);
    for (; status == OSIGN_OK && *settings != NULL; settings++) {
        char *value = strchr(*settings, '=');
        if (value != NULL) {
            *value++ = '\0';
            status = osign_grant_set(*grant, *settings, value, error);
        }
    }
    return status;
}

static osign_status begin(const osign_hosted *hosted, int argc, char **argv, osign_hosted_work **work, osign_error **error)
{
    const char *command = argc > 2 ? argv[2] : "list", *name = argc > 3 ? argv[3] : NULL;
    osign_grant *grant = NULL;
    osign_status status;
    if (strcmp(command, "token") == 0) {
        return osign_hosted_access_token(hosted, name, 60, work, error);
    }
    if (strcmp(command, "login") == 0) {
        return osign_hosted_login_begin(hosted, name, NULL, work, error);
    }
    if (strcmp(command, "finish") == 0) {
        return osign_hosted_login_finish(hosted, name, argc > 4 ? argv[4] : NULL, work, error);
    }
    if (strcmp(command, "add") != 0) {
        return osign_hosted_list(hosted, name, work, error);
    }
    status = grant_new(argv + (argc > 4 ? 4 : argc), &grant, error);
    if (status == OSIGN_OK) {
        status = osign_hosted_add(hosted, name, grant, work, error);
    }
    osign_grant_free(grant);
    return status;
}

int main(int argc, char **argv)
{
    osign_store_options *options = NULL;
    osign_hosted *hosted = NULL;
    osign_hosted_work *work = NULL;
    osign_token *token = NULL;
    osign_error *error = NULL;
    osign_status status;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    status = options_new(&options, &error);
    if (status == OSIGN_OK) {
        status = osign_hosted_new("the table of host_store.c", options, &hosted, &error);
    }
    if (status == OSIGN_OK) {
        status = begin(hosted, argc, argv, &work, &error);
    }
    while (status == OSIGN_OK && osign_hosted_work_step(work) != OSIGN_HOSTED_DONE) {
        status = take_step(argc > 1 ? argv[1] : "grants.txt", work, &error);
    }
    if (status != OSIGN_OK) {
        fprintf(stderr, "%s: %s\n", osign_status_name(status), osign_error_message(error));
    } else if (osign_hosted_work_token(work, &token, NULL) == OSIGN_OK) {
        printf("%s\n", osign_token_value(token));
    } else {
        printf("%s\n", osign_hosted_work_text(work));
    }
    osign_error_free(error);
    osign_token_free(token);
    osign_hosted_work_free(work);
    osign_hosted_free(hosted);
    osign_store_options_free(options);
    curl_global_cleanup();
    return status != OSIGN_OK;
}
