/* How much stack a call takes, for threads that have little: what the header says of it, measured.
 *
 * Its arguments are a folder with the keys that tests/c/run.sh makes, and those of provider.h.
 */
#define _POSIX_C_SOURCE 200809L
#include "refusal.h"

#include "provider.h"

#include <pthread.h>

enum {
    STACK = 512 * 1024,
    PAINT = 0xA5,
    /* What the header says. */
    SAID = 12 * 1024,
    SAID_OF_RSA = 44 * 1024,
    SAID_OF_STORES = 64 * 1024,
    /* Of which so much is left for TLS, which the service here has not. */
    TLS = 16 * 1024
};

static unsigned char *stack;
static osign_oauth1_signer *signer;
static osign_oauth1_request *request;
static char *pem;

/* Runs it in a thread with a stack of known bytes; how many of them have changed. */
static size_t touched(void *(*body)(void *))
{
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
    memset(stack, PAINT, STACK);
    NEED(pthread_attr_init(&attributes) == 0 && pthread_attr_setstack(&attributes, stack, STACK) == 0);
    NEED(pthread_create(&thread, &attributes, body, NULL) == 0 && pthread_join(thread, NULL) == 0);
    pthread_attr_destroy(&attributes);
    while (untouched < STACK && stack[untouched] == PAINT) {
        untouched++;
    }
    return STACK - untouched;
}

static void *nothing(void *unused)
{
    return unused;
}

static void *set_key(void *unused)
{
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    return unused;
}

static void *sign(void *unused)
{
    osign_oauth1_signed *signed_request = NULL;
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signed_free(signed_request);
    return unused;
}

static void *authorization(void *unused)
{
    char header[2048]; /* Some of the caller's own stack is counted along. */
    size_t len = 0;
    NEED(osign_oauth1_authorization(signer, "POST", "https://example.com/?a=1&b=2+3", FORM, "a=1", 3, header, sizeof header,
                                    &len, NULL) == OSIGN_OK);
    return unused;
}

static osign_store *store;
static char callback[2048];

static void *make_store(void *unused)
{
    char url[1024];
    osign_store_options *options = NULL;
    NEED(osign_store_options_new(&options, NULL) == OSIGN_OK);
    NEED(osign_store_options_set(options, "passphrase", "correct horse battery", NULL) == OSIGN_OK);
    NEED(osign_store_create_with(store_url(url, sizeof url, "stack"), options, &store, NULL) == OSIGN_OK);
    osign_store_options_free(options);
    return unused;
}

static void *add(void *unused)
{
    add_grant(store, "crm");
    return unused;
}

static void *finish(void *unused)
{
    NEED(osign_oauth2_login_finish(store, "crm", callback, NULL) == OSIGN_OK);
    return unused;
}

static void *refuse(void *unused)
{
    osign_token *token = NULL;
    NEED(osign_store_access_token(store, "crm", 0, &token, NULL) == OSIGN_OK);
    NEED(osign_store_refused(store, "crm", osign_token_generation(token), 401, NULL) == OSIGN_OK);
    osign_token_free(token);
    return unused;
}

static void *tell(void *unused)
{
    osign_report *report = NULL;
    osign_bundle *bundle = NULL;
    NEED(osign_store_list(store, NULL, &report, NULL) == OSIGN_OK);
    osign_report_free(report);
    NEED(osign_store_history(store, "crm", 100, &report, NULL) == OSIGN_OK);
    osign_report_free(report);
    NEED(osign_store_export(store, "crm", "backup", NULL, 0, "correct horse battery", &bundle, NULL) == OSIGN_OK);
    osign_bundle_free(bundle);
    return unused;
}

static void *renew(void *unused)
{
    osign_grant *grant = NULL;
    NEED(osign_grant_new(&grant, NULL) == OSIGN_OK);
    set(grant, "kind", "oauth1");
    set(grant, "consumer_key", "key");
    set(grant, "consumer_secret", CLIENT_SECRET);
    set(grant, "token", "token");
    set(grant, "token_secret", "s3cret");
    set(grant, "allow_insecure_http", "true");
    set_path(grant, "renew_url", "/renew");
    NEED(osign_store_add(store, "photos", grant, NULL) == OSIGN_OK);
    osign_grant_free(grant);
    NEED(osign_store_renew(store, "photos", NULL) == OSIGN_OK);
    return unused;
}

static void *revoke(void *unused)
{
    NEED(osign_store_revoke(store, "crm", NULL, NULL) == OSIGN_OK);
    osign_store_free(store);
    return unused;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

int main(int argc, char **argv)
{
    static const char *const rsa_methods[] = {"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"};
    static const char *const methods[] = {"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512", "PLAINTEXT"};
    static const char *const names[] = {"rsa-2048.pem", "rsa-2048-pkcs1.pem", "rsa-4096.pem"};
    void *(*const of_stores[])(void *) = {make_store, add, finish, refuse, tell, renew, revoke};
    size_t base, most = 0, most_of_rsa = 0, most_of_stores = 0, i, j;
    void *memory = NULL;
    begin(argc - 1, argv + 1);
    NEED( posix_memalign(&memory, 65536, STACK) == 0);
    stack = (unsigned char *)memory;
    base = touched(nothing);
    request = new_request();
    for (i = 0; i < sizeof methods / sizeof *methods; i++) {
        signer = new_signer(methods[i]);
        most = larger(most, touched(sign) - base);
        most = larger(most, touched(authorization) - base);
        osign_oauth1_signer_free(signer);
    }
    for (i = 0; i < sizeof names / sizeof *names; i++) {
        pem = read_key(argv[1], names[i]);
        signer = new_signer("RSA-SHA1");
        most_of_rsa = larger(most_of_rsa, touched(set_key) - base);
        for (j = 0; j < sizeof rsa_methods / sizeof *rsa_methods; j++) {
            NEED(osign_oauth1_signer_set_signature_method(signer, rsa_methods[j], NULL) == OSIGN_OK);
            most_of_rsa = larger(most_of_rsa, touched(sign) - base);
            most_of_rsa = larger(most_of_rsa, touched(authorization) - base);
        }
        osign_oauth1_signer_free(signer);
        free(pem);
    }
    osign_oauth1_request_free(request);
    for (i = 0; i < sizeof of_stores / sizeof *of_stores; i++) {
        if (of_stores[i] == finish) {
            agree(store, "crm", callback, sizeof callback);
        }
        most_of_stores = larger(most_of_stores, touched(of_stores[i]) - base);
    }
    free(memory);
    printf("stack: %lu bytes at most, with RSA %lu, of stores %lu\n", (unsigned long)most, (unsigned long)most_of_rsa,
           (unsigned long)most_of_stores);
    CHECK(most > 512 && most <= SAID); /* It measures something. */
    CHECK(most_of_rsa > most && most_of_rsa <= SAID_OF_RSA);
    CHECK(most_of_stores > most && most_of_stores <= SAID_OF_STORES - TLS);
    return checks_end("stack");
}
