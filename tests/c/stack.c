/* How much stack a call takes, for threads that have little: what the header says of it, measured.
 *
 * Its argument is a folder with the keys that tests/c/run.sh makes.
 */
#define _POSIX_C_SOURCE 200809L
#include "refusal.h"

#include <pthread.h>

enum {
    STACK = 512 * 1024,
    PAINT = 0xA5,
    /* What the header says. */
    SAID = 12 * 1024,
    SAID_OF_RSA = 44 * 1024
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

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

int main(int argc, char **argv)
{
    static const char *const rsa_methods[] = {"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"};
    static const char *const methods[] = {"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512", "PLAINTEXT"};
    static const char *const names[] = {"rsa-2048.pem", "rsa-2048-pkcs1.pem", "rsa-4096.pem"};
    size_t base, most = 0, most_of_rsa = 0, i, j;
    void *memory = NULL;
    NEED(argc == 2 && posix_memalign(&memory, 65536, STACK) == 0);
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
    free(memory);
    printf("stack: %lu bytes at most, with RSA %lu\n", (unsigned long)most, (unsigned long)most_of_rsa);
    CHECK(most > 512 && most <= SAID); /* It measures something. */
    CHECK(most_of_rsa > most && most_of_rsa <= SAID_OF_RSA);
    return checks_end("stack");
}
