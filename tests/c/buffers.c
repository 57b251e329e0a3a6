/* A caller's buffer: what is too small is told and left alone, and what was told is enough.
 *
 * Its argument is a folder with the keys that tests/c/run.sh makes.
 */
#include "refusal.h"

static const char *keys;
static char *whole; /* A buffer between two guards. */
enum { GUARD = 16, ROOM = 8192 };

static char *guarded(size_t cap)
{
    memset(whole, '#', GUARD + ROOM + GUARD);
    return whole + GUARD + ROOM - cap; /* The guard follows the last byte that may be written. */
}

static int untouched(void)
{
    size_t i;
    for (i = 0; i < GUARD + ROOM + GUARD; i++) {
        if (whole[i] != '#') {
            return 0;
        }
    }
    return 1;
}

static int guards_hold(size_t cap)
{
    const char *buf = whole + GUARD + ROOM - cap;
    size_t i;
    for (i = 0; i < GUARD; i++) {
        if (buf[-1 - (long)i] != '#' || buf[cap + i] != '#') {
            return 0;
        }
    }
    return 1;
}

static void small_buffers_for_nonces(void)
{
    size_t cap, len = 0, i, size = 0;
    CHECK(osign_nonce(NULL, 0, &size, NULL) == OSIGN_OK && size >= 22 && size <= 33); /* 120 bits; 32 characters. */
    for (cap = 0; cap < size; cap++) {
        char *buf = guarded(cap);
        len = 77;
        REFUSED(OSIGN_BUFFER_TOO_SMALL, "are enough", osign_nonce(buf, cap, &len, e));
        CHECK(len == size && untouched());
    }
    for (cap = size; cap < size + 16; cap++) {
        char *buf = guarded(cap);
        CHECK(osign_nonce(buf, cap, &len, NULL) == OSIGN_OK && len == size - 1 && strlen(buf) == len && guards_hold(cap));
        for (i = size; i < cap; i++) {
            CHECK(buf[i] == '#');
        }
    }
}

static void small_buffers_for_bytes(void)
{
    static const struct {
        const char *name;
        size_t size;
    } algorithms[] = {{"SHA1", 20}, {"SHA256", 32}, {"SHA512", 64}};
    const uint8_t data[] = {0, 1, 0xff, ' ', 'a'};
    const char encoded[] = "%00%01%FF%20a";
    size_t cap, len = 0, i;
    for (i = 0; i < 3; i++) {
        size_t size = algorithms[i].size;
        CHECK(osign_hmac(algorithms[i].name, data, 5, data, 5, NULL, 0, &len, NULL) == OSIGN_OK && len == size);
        for (cap = 0; cap < size; cap++) {
            char *buf = guarded(cap);
            len = 77;
            REFUSED(OSIGN_BUFFER_TOO_SMALL, "are enough",
                    osign_hmac(algorithms[i].name, data, 5, data, 5, (uint8_t *)buf, cap, &len, e));
            CHECK(len == size && untouched());
        }
        CHECK(osign_hmac(algorithms[i].name, data, 5, data, 5, (uint8_t *)guarded(size), size, &len, NULL) == OSIGN_OK);
        CHECK(len == size && guards_hold(size)); /* No NUL follows bytes. */
    }
    CHECK(osign_percent_encode(data, 5, NULL, 0, &len, NULL) == OSIGN_OK && len == sizeof encoded);
    for (cap = 0; cap < sizeof encoded; cap++) {
        char *buf = guarded(cap);
        len = 77;
        REFUSED(OSIGN_BUFFER_TOO_SMALL, "are enough", osign_percent_encode(data, 5, buf, cap, &len, e));
        CHECK(len == sizeof encoded && untouched());
    }
    CHECK(osign_percent_encode(data, 5, guarded(cap), cap, &len, NULL) == OSIGN_OK && len == cap - 1);
    CHECK_TEXT(whole + GUARD + ROOM - cap, encoded);
    CHECK(guards_hold(cap));
    CHECK(osign_percent_encode(NULL, 0, guarded(1), 1, &len, NULL) == OSIGN_OK && len == 0 && guards_hold(1));
}

/* Every cap below the text's own length is too small; from the size that was told, none is. */
static void small_buffers_for_headers(const char *signature_method, const char *body)
{
    const char *url = "https://example.com/?a=1&b=%20";
    size_t body_len = strlen(body), enough = 0, len = 0, cap, i, longest = 0, times = sized(20000, 500);
    char *pem = read_key(keys, "rsa-2048.pem");
    osign_oauth1_signer *signer = new_signer(signature_method);
    int is_rsa = strncmp(signature_method, "RSA", 3) == 0;
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_body_hash(signer, 1, NULL) == OSIGN_OK);
    free(pem);
    if (is_rsa) {
        times /= 100;
    }

    NEED(osign_oauth1_authorization(signer, "POST", url, "text/plain", body, body_len, NULL, 0, &enough, NULL) ==
         OSIGN_OK);
    NEED(enough > 0 && enough < ROOM);
    for (cap = 0; cap < enough; cap += is_rsa ? 41 : 1) {
        char *buf = guarded(cap);
        osign_error *error = NULL;
        osign_status status;
        len = 77;
        status = osign_oauth1_authorization(signer, "POST", url, "text/plain", body, body_len, buf, cap, &len, &error);
        if (status == OSIGN_OK) { /* This signature was shorter than the longest. */
            CHECK(len < cap && strlen(buf) == len && guards_hold(cap));
        } else {
            check_refusal(status, error, OSIGN_BUFFER_TOO_SMALL, "are enough", __FILE__, __LINE__);
            CHECK(len == enough && untouched());
        }
        osign_error_free(error);
    }
    /* Asking and signing, over and over: what was told once is always enough. */
    for (i = 0; i < times; i++) {
        size_t again = 0;
        char *buf = guarded(enough);
        if (osign_oauth1_authorization(signer, "POST", url, "text/plain", body, body_len, NULL, 0, &again, NULL) !=
                OSIGN_OK ||
            again != enough ||
            osign_oauth1_authorization(signer, "POST", url, "text/plain", body, body_len, buf, enough, &len, NULL) !=
                OSIGN_OK ||
            strlen(buf) != len || !guards_hold(enough)) {
            break;
        }
        longest = len > longest ? len : longest;
    }
    CHECK(i == times);
    CHECK(longest > 0 && longest < enough);
    CHECK(enough - longest < 1024); /* Base64 of which every character is +, against what RSA makes. */
    osign_oauth1_signer_free(signer);
}

int main(int argc, char **argv)
{
    whole = (char *)malloc(GUARD + ROOM + GUARD);
    NEED(argc == 2 && whole != NULL);
    keys = argv[1];
    small_buffers_for_nonces();
    small_buffers_for_bytes();
    small_buffers_for_headers("HMAC-SHA1", "");
    small_buffers_for_headers("HMAC-SHA512", "body");
    small_buffers_for_headers("RSA-SHA256", "body");
    small_buffers_for_headers("PLAINTEXT", "body");
    free(whole);
    return checks_end("buffers");
}
