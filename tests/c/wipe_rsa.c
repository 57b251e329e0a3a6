/* A private key's numbers are wiped before their memory goes back to the system: every block that is freed is looked
 * through, and in the end all that is left, for any 16 bytes of p, q, d, dP, dQ and qInv, whichever end comes first. With one
 * of them and the public key, the key is known.
 *
 * Its argument is a folder with the keys that tests/c/run.sh makes.
 */
#include "refusal.h"

#include <pthread.h>
#include <malloc.h>

#ifdef __cplusplus
#define NOTHROW noexcept
extern "C" {
#else
#define NOTHROW
#endif

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *memory);

#define WINDOW 16
#define MOST_WINDOWS 4096
#define MASK 0x5a /* What is looked for must not be found where it is kept. */

static unsigned char masked[MOST_WINDOWS + WINDOW]; /* The numbers, one after the other, both ways round. */
static size_t windows[MOST_WINDOWS];                /* Where each begins in there. */
static size_t window_count;
static size_t first_of[0x10000], next_of[MOST_WINDOWS]; /* Those with the same two bytes first, from 1; 0 is none. */
static unsigned long found, freed;

static size_t two_bytes(const unsigned char *bytes, unsigned char mask)
{
    return (size_t)(bytes[0] ^ mask) << 8 | (size_t)(bytes[1] ^ mask);
}

static void look_through(const unsigned char *block, size_t size)
{
    size_t at, i, window;
    for (at = 0; at + WINDOW <= size; at++) {
        for (window = first_of[two_bytes(block + at, 0)]; window != 0; window = next_of[window - 1]) {
            const unsigned char *wanted = masked + windows[window - 1];
            for (i = 2; i < WINDOW && block[at + i] == (wanted[i] ^ MASK); i++) {
            }
            if (i == WINDOW) {
                found++;
                return;
            }
        }
    }
}

void free(void *memory) NOTHROW
{
    if (memory != NULL) {
        size_t size = malloc_usable_size(memory);
        freed++;
        look_through((const unsigned char *)memory, size);
        memset(memory, 0, size); /* So that the next owner's block holds nothing of this one's. */
    }
    __libc_free(memory);
}

/* What grows or shrinks always moves, as it may with another allocator: in its place it leaves no copy to find. */
void *realloc(void *memory, size_t size) NOTHROW
{
    size_t had = memory == NULL ? 0 : malloc_usable_size(memory);
    void *moved = __libc_malloc(size);
    if (moved != NULL && memory != NULL) {
        memcpy(moved, memory, had < size ? had : size);
        free(memory);
    }
    return moved;
}
#ifdef __cplusplus
}
#endif

/* How often a number was found since it was asked last. */
static unsigned long since(void)
{
    unsigned long count = found;
    found = 0;
    return count;
}

/* The heap as it is, and every other memory that has no file behind it: stacks too, also of threads that have ended. */
static unsigned long found_in_use(void)
{
    static char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    NEED(maps != NULL);
    setvbuf(maps, NULL, _IONBF, 0);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char rights[8], path[256] = "";
        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &start, &end, rights, path) >= 3 && rights[0] == 'r' &&
            rights[1] == 'w' && (path[0] == '\0' || strcmp(path, "[heap]") == 0 || strcmp(path, "[stack]") == 0)) {
            look_through((const unsigned char *)start, end - start);
        }
    }
    fclose(maps);
    return since();
}

/* --- The numbers of a key --- */

static unsigned char der[4096];

static size_t decode_pem(const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned long bits = 0, count = 0;
    size_t len = 0;
    for (text = strchr(text, '\n'); *text != '-'; text++) {
        const char *digit = *text == '\n' ? NULL : strchr(digits, *text);
        if (digit != NULL) {
            bits = bits << 6 | (unsigned long)(digit - digits);
            count += 6;
            if (count >= 8) {
                count -= 8;
                der[len++] = (unsigned char)(bits >> count & 0xff);
            }
        }
    }
    return len;
}

/* The content of the value at `*at`, which moves behind it. */
static const unsigned char *value(const unsigned char **at, unsigned char tag, size_t *len)
{
    const unsigned char *bytes = *at;
    NEED(*bytes++ == tag);
    *len = *bytes++;
    if (*len > 0x80) {
        size_t more = *len & 0x7f;
        for (*len = 0; more > 0; more--) {
            *len = *len << 8 | *bytes++;
        }
    }
    *at = bytes + *len;
    return bytes;
}

/* RFC 8017, A.1.2, within RFC 5958 or by itself. */
static void look_for(const char *pem)
{
    const unsigned char *at = der, *number;
    size_t len, kept = 0, i, way, index;
    window_count = 0;
    memset(first_of, 0, sizeof first_of);
    NEED(decode_pem(pem) > 0);
    at = value(&at, 0x30, &len);
    value(&at, 0x02, &len);
    if (*at == 0x30) {
        value(&at, 0x30, &len);
        at = value(&at, 0x04, &len);
        at = value(&at, 0x30, &len);
        value(&at, 0x02, &len);
    }
    for (index = 0; index < 8; index++) { /* n and e are no secret. */
        number = value(&at, 0x02, &len);
        NEED(kept + 2 * len < MOST_WINDOWS);
        for (way = 0; index >= 2 && way < 2; way++) {
            for (i = 0; i < len; i++) {
                masked[kept + i] = number[way == 0 ? i : len - 1 - i] ^ MASK;
                if (i + WINDOW <= len && !(number[0] == 0 && (i == 0 || i + WINDOW == len))) {
                    windows[window_count++] = kept + i;
                }
            }
            kept += len;
        }
    }
    for (i = 0; i < window_count; i++) {
        size_t *first = &first_of[two_bytes(masked + windows[i], MASK)];
        next_of[i] = *first;
        *first = i + 1;
    }
    CHECK(window_count >= 6 * 2 * WINDOW);
}

/* --- What is looked at --- */

/* The finder finds, what is freed and what is not, either way round. */
static void it_is_on(void)
{
    /* Through volatile pointers, or the compiler takes it for what nobody sees. */
    unsigned char *volatile block = (unsigned char *)malloc(64);
    void (*volatile release)(void *) = free;
    size_t way, i;
    for (way = 0; way < 2; way++) {
        block = (unsigned char *)malloc(64);
        NEED(block != NULL);
        for (i = 0; i < WINDOW; i++) {
            block[20 + i] = masked[windows[way == 0 ? 0 : window_count - 1] + i] ^ MASK;
        }
        CHECK(found_in_use() > 0);
        release(block);
        CHECK(since() == 1);
        CHECK(found_in_use() == 0);
    }
}

static void sign_by(osign_oauth1_signer *signer, const char *method)
{
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    char header[4096];
    size_t len;
    NEED(osign_oauth1_signer_set_signature_method(signer, method, NULL) == OSIGN_OK);
    NEED(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, header, sizeof header, &len,
                                    NULL) == OSIGN_OK);
    CHECK(since() == 0);
    NEED(osign_oauth1_request_new("GET", "https://example.com/", &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    CHECK(since() == 0);
}

static void a_key(const char *keys, const char *name, const char *const *methods)
{
    char *pem = read_key(keys, name);
    osign_oauth1_signer *signer = NULL;
    const unsigned long before = freed;
    look_for(pem);
    memset(der, 0, sizeof der);
    it_is_on();
    NEED(osign_oauth1_signer_new("key", "", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    CHECK(since() == 0);
    CHECK(found_in_use() > 0); /* It must be somewhere while it is used. */
    for (; *methods != NULL; methods++) {
        sign_by(signer, *methods);
    }
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK); /* Again, which drops the first. */
    CHECK(since() == 0);
    osign_oauth1_signer_free(signer);
    CHECK(since() == 0);
    CHECK(found_in_use() == 0);
    CHECK(freed - before >= 20); /* The library's blocks come by here. */
    free(pem);
}

static void *a_life(void *pem)
{
    osign_oauth1_signer *signer = NULL;
    NEED(osign_oauth1_signer_new("key", "", &signer, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_private_key(signer, (const char *)pem, NULL) == OSIGN_OK);
    sign_by(signer, "RSA-SHA1");
    sign_by(signer, "RSA-SHA256");
    sign_by(signer, "RSA-PSS-SHA256");
    osign_oauth1_signer_free(signer);
    return NULL;
}

/* The stack of a thread that has ended is kept for the next one. */
static void a_thread(const char *keys)
{
    char *pem = read_key(keys, "rsa-2048.pem");
    pthread_t thread;
    look_for(pem);
    memset(der, 0, sizeof der);
    NEED(pthread_create(&thread, NULL, a_life, pem) == 0);
    NEED(pthread_join(thread, NULL) == 0);
    CHECK(since() == 0);
    CHECK(found_in_use() == 0);
    free(pem);
}

/* One that fits all but for a bit is refused, and no less wiped. */
static void a_damaged_key(const char *keys)
{
    char *pem = read_key(keys, "rsa-2048-pkcs1.pem");
    osign_oauth1_signer *signer = NULL;
    char *at = strstr(pem, "-----END") - 80;
    look_for(pem);
    memset(der, 0, sizeof der);
    *at = *at == 'A' ? 'B' : 'A';
    NEED(osign_oauth1_signer_new("key", "", &signer, NULL) == OSIGN_OK);
    CHECK(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_INVALID_KEY);
    CHECK(since() == 0);
    CHECK(found_in_use() == 0);
    osign_oauth1_signer_free(signer);
    free(pem);
}

int main(int argc, char **argv)
{
    static const char *const all[] = {"RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "RSA-PSS-SHA256", NULL};
    static const char *const of_512_bits[] = {"RSA-SHA1", "RSA-SHA256", NULL};
    NEED(argc == 2);
    a_key(argv[1], "rsa-2048.pem", all);
    a_key(argv[1], "rsa-2048-pkcs1.pem", all);
    a_key(argv[1], "rsa-512.pem", of_512_bits);
    a_thread(argv[1]);
    a_damaged_key(argv[1]);
    return checks_end("wipe_rsa");
}
