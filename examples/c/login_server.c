/* A web server in which a person logs in to a service: /login sends the browser there, and it comes back to /callback.
 *
 *     cc login_server.c -o login_server $(pkg-config --cflags --libs osign)
 *     osign grant add crm --redirect-uri http://127.0.0.1:8484/callback ...
 *     export OSIGN_STORE=sqlite:grants.sqlite OSIGN_STORE_KEY_FILE=store.key
 *     ./login_server crm 8484
 *
 * The state of a login is in the store, sealed: with several server processes, any may get the callback. A real server
 * lets nobody to /login who may not decide for which account this program acts.
 */
#define _POSIX_C_SOURCE 200809L
#include <osign.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *grant;

static void answer(int connection, const char *status, const char *header, const char *text)
{
    char head[8192];
    int length = snprintf(head, sizeof head, "HTTP/1.0 %s\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n%s\r\n%s\n",
                          status, header, text);
    if (length > 0 && (size_t)length < sizeof head && write(connection, head, (size_t)length) != length) {
        fprintf(stderr, "the browser has gone\n");
    }
}

static void go_to(int connection, const char *url)
{
    char header[6144];
    snprintf(header, sizeof header, "Location: %s\r\n", url);
    answer(connection, "302 Found", header, "");
}

/* What went wrong, for the person: it holds no secret. */
static void refuse(int connection, osign_status status, osign_error *error)
{
    answer(connection, status == OSIGN_DENIED || status == OSIGN_FOREIGN_STATE ? "403 Forbidden" : "502 Bad Gateway", "",
           osign_error_message(error));
    osign_error_free(error);
}

static void serve(int connection, const osign_store *store, const char *path)
{
    osign_error *error = NULL;
    osign_status status;
    if (strcmp(path, "/login") == 0) {
        osign_oauth2_login *login = NULL;
        status = osign_oauth2_login_begin(store, grant, NULL, &login, &error);
        if (status == OSIGN_OK) {
            go_to(connection, osign_oauth2_login_url(login));
        } else {
            refuse(connection, status, error);
        }
        osign_oauth2_login_free(login);
    } else if (strncmp(path, "/callback?", 10) == 0) {
        status = osign_oauth2_login_finish(store, grant, strchr(path, '?'), &error);
        if (status == OSIGN_OK) {
            go_to(connection, "/");
        } else {
            refuse(connection, status, error);
        }
    } else if (strcmp(path, "/") == 0) {
        osign_token *token = NULL;
        status = osign_store_access_token(store, grant, 0, &token, &error);
        if (status == OSIGN_OK) {
            answer(connection, "200 OK", "", "logged in");
        } else if (status == OSIGN_NEEDS_LOGIN) {
            answer(connection, "200 OK", "", "go to /login");
            osign_error_free(error);
        } else {
            refuse(connection, status, error);
        }
        osign_token_free(token);
    } else {
        answer(connection, "404 Not Found", "", "there is no such page");
    }
}

/* The path of a request with its query; NULL for what is none. */
static const char *read_path(int connection, char *request, size_t room)
{
    char *end;
    size_t length = 0;
    ssize_t count;
    request[0] = '\0';
    while (strstr(request, "\r\n\r\n") == NULL && length < room - 1 &&
           (count = read(connection, request + length, room - 1 - length)) > 0) {
        length += (size_t)count;
        request[length] = '\0';
    }
    if (strncmp(request, "GET /", 5) != 0 || (end = strchr(request + 4, ' ')) == NULL) {
        return NULL;
    }
    *end = '\0';
    return request + 4;
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
    struct sockaddr_in address;
    osign_store *store = NULL;
    osign_error *error = NULL;
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    if (argc != 3) {
        fprintf(stderr, "usage: login_server GRANT PORT\n");
        return 2;
    }
    grant = argv[1];
    if (osign_store_open(url, key, key_len, &store, &error) != OSIGN_OK) {
        fprintf(stderr, "%s\n", osign_error_message(error));
        osign_error_free(error);
        return 1;
    }
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(argv[2]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0) {
        perror("login_server");
        return 1;
    }
    printf("http://127.0.0.1:%s/\n", argv[2]);
    fflush(stdout);
    for (;;) {
        static char request[16384];
        int connection = accept(listener, NULL, NULL);
        const char *path = connection < 0 ? NULL : read_path(connection, request, sizeof request);
        if (path != NULL) {
            serve(connection, store, path);
        }
        memset(request, 0, sizeof request); /* A code stood there. */
        if (connection >= 0) {
            close(connection);
        }
    }
}
