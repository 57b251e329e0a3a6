/* A service with OAuth 2.0 on the loopback (tests/provider/provider.py), as the C tests see it: a little HTTP, what it
 * counted, and a store with a grant of it. A program that includes this takes two arguments: the address, and a folder. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENT_ID "demo-client"
#define CLIENT_SECRET "demo-SECRET-of-the-client"
#define CALLBACK "http://127.0.0.1:9/callback"
#define KEY "osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="

static const char *provider; /* http://127.0.0.1:PORT */
static const char *folder;

typedef struct {
    int status;
    size_t length;
    char *body; /* Points into text. */
    char text[65536];
} http_answer;

static inline int http_connect(const char *url)
{
    struct sockaddr_in address;
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)atoi(strrchr(url + 5, ':') + 1));
    if (connection >= 0 && connect(connection, (struct sockaddr *)&address, sizeof address) != 0) {
        close(connection);
        return -1;
    }
    return connection;
}

static inline void send_all(int connection, const void *data, size_t length)
{
    const char *at = (const char *)data;
    while (length > 0) {
        ssize_t sent = write(connection, at, length);
        NEED(sent > 0);
        at += sent;
        length -= (size_t)sent;
    }
}

/* Sends a request, and reads its answer; the status is 0 where none came. */
static inline void http_exchange(const char *method, const char *url, const char *headers, const void *body, size_t length,
                                 http_answer *answer)
{
    const char *path = strchr(url + 7, '/');
    char head[8192];
    ssize_t count;
    int connection = http_connect(url);
    NEED(connection >= 0);
    snprintf(head, sizeof head, "%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: %lu\r\n%s\r\n", method, path,
             (unsigned long)length, headers);
    send_all(connection, head, strlen(head));
    send_all(connection, body, length);
    memset(answer, 0, sizeof *answer);
    while (answer->length < sizeof answer->text - 1 &&
           (count = read(connection, answer->text + answer->length, sizeof answer->text - 1 - answer->length)) > 0) {
        answer->length += (size_t)count;
    }
    close(connection);
    answer->body = strstr(answer->text, "\r\n\r\n");
    if (answer->body == NULL) {
        answer->body = answer->text;
        answer->length = 0;
        return;
    }
    answer->status = atoi(answer->text + 9);
    answer->body += 4;
    answer->length -= (size_t)(answer->body - answer->text);
}

/* A request of the library's, sent as it says. */
static inline void http_send(const osign_http_request *request, http_answer *answer)
{
    char headers[8192] = "";
    size_t at = 0, i, length = 0;
    const uint8_t *body = osign_http_request_body(request, &length);
    for (i = 0; i < osign_http_request_header_count(request); i++) {
        at += (size_t)snprintf(headers + at, sizeof headers - at, "%s: %s\r\n", osign_http_request_header_name(request, i),
                               osign_http_request_header_value(request, i));
    }
    http_exchange(osign_http_request_method(request), osign_http_request_url(request), headers, body, length, answer);
}

/* Changes what the service does; the JSON has apostrophes in place of quotation marks. */
static inline void control(const char *json)
{
    char url[256], text[1024];
    char *quote;
    http_answer *answer = (http_answer *)malloc(sizeof *answer);
    NEED(answer != NULL && strlen(json) < sizeof text);
    strcpy(text, json);
    for (quote = text; (quote = strchr(quote, '\'')) != NULL;) {
        *quote = '"';
    }
    snprintf(url, sizeof url, "%s/control", provider);
    http_exchange("POST", url, "", text, strlen(text), answer);
    NEED(answer->status == 200);
    free(answer);
}

/* What the service counted under a name. */
static inline long counted(const char *name)
{
    char url[256], field[64];
    const char *found;
    long count;
    http_answer *answer = (http_answer *)malloc(sizeof *answer);
    NEED(answer != NULL);
    snprintf(url, sizeof url, "%s/counters", provider);
    http_exchange("GET", url, "", NULL, 0, answer);
    snprintf(field, sizeof field, "\"%s\": ", name);
    found = strstr(answer->body, field);
    NEED(found != NULL);
    count = atol(found + strlen(field));
    free(answer);
    return count;
}

/* Where the service sends the browser of a person who agrees. */
static inline void browse(const char *url, char *callback, size_t room)
{
    const char *location, *end;
    http_answer *answer = (http_answer *)malloc(sizeof *answer);
    NEED(answer != NULL);
    http_exchange("GET", url, "", NULL, 0, answer);
    location = strstr(answer->text, "Location: ");
    NEED(answer->status == 302 && location != NULL);
    location += strlen("Location: ");
    end = strstr(location, "\r\n");
    NEED(end != NULL && (size_t)(end - location) < room);
    memcpy(callback, location, (size_t)(end - location));
    callback[end - location] = '\0';
    free(answer);
}

static inline void set(osign_grant *grant, const char *name, const char *value)
{
    osign_error *error = NULL;
    if (!CHECK(osign_grant_set(grant, name, value, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s: %s\n", name, osign_error_message(error));
    }
    osign_error_free(error);
}

static inline void set_path(osign_grant *grant, const char *name, const char *path)
{
    char url[256];
    snprintf(url, sizeof url, "%s%s", provider, path);
    set(grant, name, url);
}

/* A grant of the service, that nobody has logged in to yet. */
static inline osign_grant *new_grant(void)
{
    osign_grant *grant = NULL;
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "provider", "custom");
    set(grant, "client_id", CLIENT_ID);
    set(grant, "client_secret", CLIENT_SECRET);
    set(grant, "redirect_uri", CALLBACK);
    set_path(grant, "authorize_url", "/authorize");
    set_path(grant, "token_url", "/token");
    set_path(grant, "revoke_url", "/revoke");
    set_path(grant, "api_origin", "");
    set(grant, "allow_insecure_http", "true");
    return grant;
}

static inline void add_grant(const osign_store *store, const char *name)
{
    osign_grant *grant = new_grant();
    NEED(osign_store_add(store, name, grant, NULL) == OSIGN_OK);
    osign_grant_free(grant);
}

/* The callback of a person who agrees. */
static inline void agree(const osign_store *store, const char *name, char *callback, size_t room)
{
    osign_oauth2_login *login = NULL;
    NEED(osign_oauth2_login_begin(store, name, NULL, &login, NULL) == OSIGN_OK);
    browse(osign_oauth2_login_url(login), callback, room);
    osign_oauth2_login_free(login);
}

static inline void log_in(const osign_store *store, const char *name)
{
    char callback[2048];
    osign_error *error = NULL;
    agree(store, name, callback, sizeof callback);
    if (!CHECK(osign_oauth2_login_finish(store, name, callback, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s\n", osign_error_message(error));
        exit(checks_end("(could not log in)"));
    }
}

/* sqlite:FOLDER/NAME; the text is the caller's to keep. */
static inline const char *store_url(char *url, size_t room, const char *name)
{
    snprintf(url, room, "sqlite:%s/%s.db", folder, name);
    return url;
}

static inline osign_store *new_store(const char *name)
{
    char url[1024];
    osign_store *store = NULL;
    osign_error *error = NULL;
    if (!CHECK(osign_store_create(store_url(url, sizeof url, name), KEY, strlen(KEY), &store, &error) == OSIGN_OK)) {
        fprintf(stderr, "%s\n", osign_error_message(error));
        exit(checks_end("(could not make a store)"));
    }
    return store;
}

static inline void begin(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s PROVIDER FOLDER\n", argv[0]);
        exit(2);
    }
    provider = argv[1];
    folder = argv[2];
}

#endif
