/* The table of examples/c/file_table.h as a program that contract.py can check: a call a line, and an answer.
 *
 *     cc plain_file.c -I../../include -I../../examples/c -o plain_file -lcjson
 *     ./contract.py ./plain_file /tmp/rows.txt
 */
#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L
#include "file_table.h"

#include <cjson/cJSON.h>

static const char *text(const cJSON *call, const char *name)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(call, name));
    return value == NULL ? "" : value;
}

static long long number(const cJSON *call, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(call, name);
    return item == NULL ? 0 : (long long)item->valuedouble;
}

static void add_names(cJSON *answer, char *names)
{
    cJSON *list = cJSON_AddArrayToObject(answer, "names");
    char *name = names;
    while (*name != '\0') {
        char *end = strchr(name, '\n');
        *end = '\0';
        cJSON_AddItemToArray(list, cJSON_CreateString(name));
        name = end + 1;
    }
}

static cJSON *answer_to(const char *path, const cJSON *call)
{
    static const char *const writes[] = {"acquire", "commit", "add", "remove", "rename"};
    const char *what = text(call, "call");
    cJSON *answer = cJSON_CreateObject();
    struct row row;
    int step, done = -1;
    if (strcmp(what, "load") == 0) {
        done = table_load(path, text(call, "name"), &row);
        if (done > 0) {
            cJSON *found = cJSON_AddObjectToObject(answer, "row");
            cJSON_AddNumberToObject(found, "generation", (double)row.generation);
            cJSON_AddNumberToObject(found, "revision", (double)row.revision);
            cJSON_AddStringToObject(found, "record", row.record);
        } else if (done == 0) {
            cJSON_AddNullToObject(answer, "row");
        }
    } else if (strcmp(what, "names") == 0) {
        char *names = table_names(path);
        if (names != NULL) {
            add_names(answer, names);
            done = 0;
        }
        free(names);
    } else {
        for (step = 0; step < 5; step++) {
            if (strcmp(what, writes[step]) == 0) {
                done = table_write(path, OSIGN_HOSTED_ACQUIRE + step, text(call, "name"), number(call, "generation"),
                                   number(call, "revision"), text(call, "new_name"), text(call, "record"));
            }
        }
        if (done >= 0) {
            cJSON_AddBoolToObject(answer, "written", done);
        }
    }
    if (done < 0) {
        cJSON_AddStringToObject(answer, "failed", "the file cannot be read or written");
    }
    return answer;
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    if (argc != 2) {
        return 2;
    }
    while (getline(&line, &size, stdin) > 0) {
        cJSON *call = cJSON_Parse(line), *answer = answer_to(argv[1], call);
        char *printed = cJSON_PrintUnformatted(answer);
        puts(printed);
        fflush(stdout);
        free(printed);
        cJSON_Delete(answer);
        cJSON_Delete(call);
    }
    free(line);
    return 0;
}
