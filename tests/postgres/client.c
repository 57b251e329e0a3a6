/* A store at a server, from C: client URL. Its key is 32 bytes 0xA7; what it finds, and does, it says in lines. */
#include <osign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static osign_error *error;

static void need(osign_status status, const char *what)
{
    if (status != OSIGN_OK) {
        printf("%s: %s: %s\n", what, osign_error_reason(error), osign_error_message(error));
        exit(1);
    }
}

int main(int argc, char **argv)
{
    unsigned char key[32];
    osign_store *store = NULL, *other = NULL;
    osign_token *token = NULL, *newer = NULL;
    osign_report *report = NULL;
    osign_grant *grant = NULL;
    memset(key, 0xA7, sizeof key);
    if (argc != 2) {
        return 2;
    }
    if (osign_store_open("mysql://db/grants", key, sizeof key, &other, &error) == OSIGN_OK) {
        return 3;
    }
    printf("other kinds: %s\n", osign_error_message(error));
    need(osign_store_open(argv[1], key, sizeof key, &store, &error), "open");
    need(osign_store_access_token(store, "crm", 0, &token, &error), "token");
    need(osign_store_refused(store, "crm", osign_token_generation(token), 401, &error), "refused");
    need(osign_store_access_token(store, "crm", 0, &newer, &error), "token");
    printf("generations: %ld %ld\n", (long)osign_token_generation(token), (long)osign_token_generation(newer));
    printf("differ: %d\n", strcmp(osign_token_value(token), osign_token_value(newer)) != 0);
    need(osign_grant_new(&grant, &error), "grant");
    need(osign_grant_set(grant, "kind", "static", &error), "kind");
    need(osign_grant_set(grant, "secret", "k-from-c", &error), "secret");
    need(osign_store_add(store, "weather", grant, &error), "add");
    need(osign_store_list(store, NULL, &report, &error), "list");
    printf("list: %d\n", strstr(osign_report_json(report), "\"grant\":\"weather\"") != NULL);
    osign_report_free(report);
    osign_grant_free(grant);
    osign_token_free(newer);
    osign_token_free(token);
    osign_store_free(store);
    return 0;
}
