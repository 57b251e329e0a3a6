/* What a refusal must be: its status and its sentence, and no secret in it. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "check.h"

#define FORM "application/x-www-form-urlencoded"
/* Stands in every secret of these tests, and in no message. */
#define SECRET "s3cr3t-MARKER"

static inline void check_refusal(osign_status got, const osign_error *error, osign_status wanted, const char *words,
                                 const char *file, int line)
{
    const char *message = osign_error_message(error);
    int ok = got == wanted && error != NULL && osign_error_status(error) == wanted && message[0] != '\0' &&
             strstr(message, words) != NULL && strstr(message, SECRET) == NULL && strstr(message, "MII") == NULL &&
             message[strlen(message) - 1] != '.';
    if (!check_at(ok, file, line, "the call is refused as it should be")) {
        fprintf(stderr, "    got    %d \"%s\"\n    wanted %d \"...%s...\"\n", (int)got, message, (int)wanted, words);
    }
}

/* Calls twice: with a place for the error, `e`, and without. */
#define REFUSED(status, words, call)                                        \
    do {                                                                    \
        osign_error *made = NULL;                                           \
        osign_error **e = &made;                                            \
        osign_status answer = (call);                                       \
        check_refusal(answer, made, (status), (words), __FILE__, __LINE__); \
        osign_error_free(made);                                             \
        e = NULL;                                                           \
        CHECK((call) == (status));                                          \
    } while (0)

/* Handles that must stay what they were: no call may write to them. */
static inline void *no_handle(void)
{
    static char nothing;
    return &nothing;
}

#define UNTOUCHED(type) ((type *)no_handle())

static inline osign_oauth1_signer *new_signer(const char *method)
{
    osign_oauth1_signer *signer = NULL;
    NEED(osign_oauth1_signer_new("key", SECRET, &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "token", SECRET, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(signer, method, NULL) == OSIGN_OK);
    return signer;
}

static inline osign_oauth1_request *new_request(void)
{
    osign_oauth1_request *request = NULL;
    NEED(osign_oauth1_request_new("POST", "https://example.com/", &request, NULL) == OSIGN_OK);
    return request;
}

/* One of the keys that tests/c/keys.sh made in `folder`. */
static inline char *read_key(const char *folder, const char *name)
{
    char path[1024];
    char *text = (char *)calloc(1, 16384);
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL || text == NULL || fread(text, 1, 16383, file) == 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    return text;
}

#endif
