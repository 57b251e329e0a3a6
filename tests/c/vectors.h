/* The vectors of tests/vectors, read: files, fields, texts, bodies; its README says what the fields mean. */
#ifndef VECTORS_H
#define VECTORS_H

#include "check.h"

#include <cjson/cJSON.h>

static const char *folder;
static const char *current = ""; /* The vector that is looked at, for messages. */

static inline char *read_file(const char *name, size_t *len)
{
    char path[1024];
    char *text;
    long size;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    rewind(file);
    text = (char *)malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    text[size] = '\0';
    if (len != NULL) {
        *len = (size_t)size;
    }
    return text;
}

static inline cJSON *read_json(const char *name)
{
    char *text = read_file(name, NULL);
    cJSON *json = cJSON_Parse(text);
    if (json == NULL || cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "vectors")) == 0) {
        fprintf(stderr, "%s holds no vectors\n", name);
        exit(2);
    }
    free(text);
    return json;
}

/* A field's text; NULL where it is null or missing. */
static inline const char *field(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static inline int flag(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static inline size_t unbase64(const char *text, unsigned char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned long bits = 0;
    unsigned int have = 0;
    size_t n = 0;
    for (; *text != '\0' && *text != '='; text++) {
        bits = (bits << 6 | (unsigned long)(strchr(digits, *text) - digits)) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (unsigned char)(bits >> have & 0xff);
        }
    }
    return n;
}

/* Decodes %XX in place. */
static inline void percent_decode(char *text)
{
    char *out = text;
    unsigned int byte = 0;
    while (*text != '\0') {
        if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) {
            *out++ = (char)byte;
            text += 3;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
}

static inline char *copy(const char *text)
{
    char *made = (char *)malloc(strlen(text) + 1);
    NEED(made != NULL);
    return strcpy(made, text);
}

static inline char *encoded(const char *text)
{
    size_t len = 0;
    char *out;
    NEED(osign_percent_encode(text, strlen(text), NULL, 0, &len, NULL) == OSIGN_OK);
    out = (char *)malloc(len);
    NEED(out != NULL);
    NEED(osign_percent_encode(text, strlen(text), out, len, &len, NULL) == OSIGN_OK);
    return out;
}

/* Splits in place. */
static inline size_t split(char *text, const char *separator, char **parts, size_t room)
{
    size_t count = 0;
    char *next;
    if (*text == '\0') {
        return 0;
    }
    while (count < room) {
        parts[count++] = text;
        next = strstr(text, separator);
        if (next == NULL) {
            break;
        }
        *next = '\0';
        text = next + strlen(separator);
    }
    return count;
}

struct body {
    unsigned char *bytes; /* NULL for none. */
    size_t len;
};

static inline struct body read_body(const cJSON *vector)
{
    struct body body = {NULL, 0};
    const char *text = field(vector, "body"), *base64 = field(vector, "body_base64");
    if (text != NULL) {
        body.bytes = (unsigned char *)copy(text);
        body.len = strlen(text);
    } else if (base64 != NULL) {
        body.bytes = (unsigned char *)copy(base64);
        body.len = unbase64(base64, body.bytes);
    }
    return body;
}

/* The value of a parameter of a header, decoded. */
static inline char *header_parameter(const char *header, const char *name)
{
    char *value;
    const char *start = strstr(header, name);
    NEED(start != NULL);
    start += strlen(name) + 2; /* =" */
    value = copy(start);
    value[strcspn(value, "\"")] = '\0';
    percent_decode(value);
    return value;
}

static inline void run(const char *name, void (*check)(const cJSON *))
{
    cJSON *json = read_json(name);
    const cJSON *vector;
    int count = 0;
    cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(json, "vectors")) {
        unsigned long failed = checks_failed;
        current = field(vector, "name") != NULL ? field(vector, "name") : "(no name)";
        check(vector);
        count++;
        if (checks_failed > failed) {
            fprintf(stderr, "    in vector %d of %s: %s (%s)\n", count, name, current, field(vector, "source"));
        }
    }
    printf("%-24s %d vectors\n", name, count);
    cJSON_Delete(json);
}

#endif
