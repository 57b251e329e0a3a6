/* Tokens, a client's secret and a store's key are wiped before their memory goes back to the system. */
#define _POSIX_C_SOURCE 200809L
#include "provider.h"

#include "finder.h"

#define ACCESS "hunter2-ACCESS-TOKEN"
#define RAW_KEY "0123456789abcdefFEDCBA9876543210"

static char refresh_token[64];

/* The refresh token that the service handed out last. */
static void read_refresh_token(void)
{
    char url[256];
    const char *found, *next;
    http_answer *answer = (http_answer *)malloc(sizeof *answer);
    NEED(answer != NULL);
    snprintf(url, sizeof url, "%s/issued", provider);
    http_exchange("GET", url, "", NULL, 0, answer);
    found = answer->body;
    while ((next = strstr(found + 1, "refresh-")) != NULL) {
        found = next;
    }
    NEED(strchr(found, '"') != NULL && strchr(found, '"') - found < 60);
    memcpy(refresh_token, found, (size_t)(strchr(found, '"') - found));
    memset(answer, 0, sizeof *answer);
    free(answer);
}

static void what_is_set(osign_store **store)
{
    char url[1024];
    osign_store_options *options = NULL;
    osign_grant *grant = new_grant();
    NEED(osign_store_create(store_url(url, sizeof url, "wipe"), RAW_KEY, 32, store, NULL) == OSIGN_OK);
    NEED(osign_store_add(*store, "crm", grant, NULL) == OSIGN_OK);
    CHECK(since() == 0);
    set(grant, "client_secret", "another");
    CHECK(since() == 0);
    set(grant, "client_secret", CLIENT_SECRET);
    osign_grant_free(grant);
    CHECK(since() == 0);
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "passphrase", RAW_KEY, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "key", RAW_KEY, NULL) == OSIGN_OK);
    osign_store_options_free(options);
    CHECK(since() == 0);
}

int main(int argc, char **argv)
{
    char url[256];
    int32_t told;
    osign_store *store = NULL;
    osign_token *token = NULL;
    osign_http_request *request = NULL;
    osign_refresh *refresh = NULL;
    osign_bundle *bundle = NULL;
    osign_report *report = NULL;

    begin(argc, argv);
    look_for(ACCESS);
    look_for(CLIENT_SECRET);
    look_for(RAW_KEY);
    control("{'access_token': '" ACCESS "'}");
    since(); /* The answer to that, which is this program's own. */
    what_is_set(&store);
    log_in(store, "crm");
    CHECK(since() == 0);
    read_refresh_token();
    look_for(refresh_token);

    NEED(osign_store_access_token(store, "crm", 0, &token, NULL) == OSIGN_OK);
    CHECK_TEXT(osign_token_value(token), ACCESS);
    CHECK(since() == 0);
    snprintf(url, sizeof url, "%s/api/me", provider);
    NEED(osign_store_authorize(store, "crm", "POST", url, "text/plain", ACCESS, strlen(ACCESS), &request, NULL) == OSIGN_OK);
    CHECK(strstr(osign_http_request_header_value(request, 0), ACCESS) != NULL);
    osign_http_request_free(request);
    CHECK(since() == 0);
    NEED(osign_store_export(store, "crm", "backup", RAW_KEY, 32, NULL, &bundle, NULL) == OSIGN_OK);
    NEED(osign_store_list(store, "crm", &report, NULL) == OSIGN_OK);
    osign_report_free(report);
    osign_bundle_free(bundle);
    CHECK(since() == 0);

    /* Refused: one request of the host's, freed in flight, and the rest by the client that is built in. */
    NEED(osign_refresh_begin_refused(store, "crm", osign_token_generation(token), 401, &refresh, NULL) == OSIGN_OK);
    NEED(osign_refresh_request(refresh, &request, NULL) == OSIGN_OK);
    osign_http_request_free(request);
    CHECK(osign_refresh_not_sent(refresh, NULL) == OSIGN_OK);
    osign_refresh_free(refresh);
    CHECK(since() == 0);
    control("{'access_token': '" ACCESS "-2'}"); /* The same one again would be no help. */
    since();
    CHECK(osign_store_refused(store, "crm", osign_token_generation(token), 401, NULL) == OSIGN_OK);
    CHECK(since() == 0);
    osign_token_free(token);
    CHECK(since() == 0);

    NEED(osign_store_revoke(store, "crm", &told, NULL) == OSIGN_OK);
    CHECK(told == 1);
    osign_store_free(store);
    CHECK(since() == 0);
    control("{'access_token': ''}");
    CHECK(freed > 1000); /* The library's blocks come by here. */
    return checks_end("wipe_tokens");
}
