/* The short way allocates nothing for an ordinary request: every call for memory of this process is counted. */
#include "check.h"
#include "heap.h"

static unsigned long allocations;

REPLACES
void *malloc(size_t size) NOTHROW
{
    allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) NOTHROW
{
    allocations++;
    return __libc_calloc(count, size);
}
void *realloc(void *memory, size_t size) NOTHROW
{
    allocations++;
    return __libc_realloc(memory, size);
}
int posix_memalign(void **memory, size_t alignment, size_t size) NOTHROW
{
    allocations++;
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? 12 : 0;
}
REPLACED

static osign_oauth1_signer *signer;

/* How many allocations one header takes, after a first one. Between type and charset any white space may stand. */
static unsigned long of(const char *method, const char *url, const char *form)
{
    static char header[64 * 1024];
    const char *type = form == NULL ? NULL : "application/x-www-form-urlencoded;\t charset=utf-8";
    size_t len, form_len = form == NULL ? 0 : strlen(form);
    unsigned long before;
    int i;
    for (i = 0; i < 2; i++) {
        before = allocations;
        NEED(osign_oauth1_authorization(signer, method, url, type, form, form_len, header, sizeof header, &len, NULL) ==
             OSIGN_OK);
    }
    return allocations - before;
}

int main(void)
{
    static const char *const methods[] = {"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512", "PLAINTEXT"};
    static char url[4096], form[16 * 1024];
    size_t i, used;

    NEED(osign_oauth1_signer_new("consumer", "secret", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_token(signer, "token", "token secret", NULL) == OSIGN_OK);
    for (i = 0; i < sizeof methods / sizeof *methods; i++) {
        NEED(osign_oauth1_signer_set_signature_method(signer, methods[i], NULL) == OSIGN_OK);
        CHECK(of("GET", "https://api.example.com/items?a=1&b=2+3&c=%D0%B0", NULL) == 0);
        CHECK(of("get", "https://API.example.com:8443/", NULL) == 0);
        CHECK(of("POST", "https://api.example.com/items", "name=Tea&size=2") == 0);
    }
    used = 0;
    for (i = 0; i < 100; i++) {
        used += (size_t)snprintf(url + used, sizeof url - used, "%sp%d=v", i > 0 ? "&" : "https://api.example.com/?", (int)i);
    }
    CHECK(of("GET", url, NULL) == 0);
    strcpy(form, "text=");
    for (i = 0; i < 700; i++) {
        strcat(form, "%D0%90"); /* A Cyrillic letter. */
    }
    CHECK(of("POST", "https://api.example.com/", form) == 0);
    memset(form, 'a', 7000);
    memcpy(form, "t=", 2);
    form[7000] = '\0';
    CHECK(of("POST", "https://api.example.com/", form) == 0);

    /* The counter counts. */
    for (i = 0; i < 16000; i++) {
        form[i] = i % 2 == 0 ? '&' : 'a';
    }
    form[16000] = '\0';
    CHECK(of("POST", "https://api.example.com/", form) > 0);
    osign_oauth1_signer_free(signer);
    return checks_end("alloc");
}
