/* Private keys that are none, are damaged, or are of another kind: refused, and the signer stays as it was.
 *
 * Its argument is a folder with the keys that tests/c/run.sh makes.
 */
#include "refusal.h"

static const char *keys;

static void refuse_key(osign_oauth1_signer *signer, const char *words, const char *pem)
{
    REFUSED(OSIGN_INVALID_KEY, words, osign_oauth1_signer_set_private_key(signer, pem, e));
}

static void refuse_key_in(osign_oauth1_signer *signer, const char *words, const char *folder, const char *name)
{
    char *pem = read_key(folder, name);
    refuse_key(signer, words, pem);
    free(pem);
}

static void refuse_key_file(osign_oauth1_signer *signer, const char *words, const char *name)
{
    refuse_key_in(signer, words, keys, name);
}

static void bad_keys(void)
{
    osign_oauth1_signer *signer = new_signer("RSA-SHA256");
    osign_oauth1_request *request = new_request();
    osign_oauth1_signed *signed_request = UNTOUCHED(osign_oauth1_signed);
    char *good = read_key(keys, "rsa-2048.pem");
    char *pem;
    char buf[4096];
    size_t len = 77;

    /* RSA without a key, each way to sign. */
    REFUSED(OSIGN_INVALID_KEY, "no private key", osign_oauth1_sign(signer, request, &signed_request, e));
    REFUSED(OSIGN_INVALID_KEY, "no private key",
            osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, buf, sizeof buf, &len, e));
    REFUSED(OSIGN_INVALID_KEY, "no private key",
            osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, NULL, 0, &len, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed) && len == 77);

    refuse_key(signer, "no PEM", "");
    refuse_key(signer, "no PEM", "garbage " SECRET);
    refuse_key(signer, "no PEM", "-----BEGIN");
    refuse_key(signer, "holds no private key", "-----BEGIN " SECRET "-----\n-----END " SECRET "-----\n");
    refuse_key(signer, "damaged", "-----BEGIN RSA PRIVATE KEY-----\n" SECRET "\n-----END RSA PRIVATE KEY-----\n");
    refuse_key(signer, "damaged", "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n");
    refuse_key(signer, "", "-----BEGIN PRIVATE KEY-----\n" SECRET "\n-----END PRIVATE KEY-----\n");
    refuse_key(signer, "OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n");
    refuse_key_file(signer, "public key", "public.pem");
    refuse_key_file(signer, "public key", "public-pkcs1.pem");
    refuse_key_file(signer, "encrypted", "encrypted-pkcs8.pem");
    refuse_key_file(signer, "encrypted", "encrypted-legacy.pem");
    refuse_key_file(signer, "certificate", "certificate.pem");
    refuse_key_file(signer, "no RSA key", "ec-pkcs8.pem");
    refuse_key_file(signer, "no RSA key", "ec-sec1.pem");
    refuse_key_file(signer, "no RSA key", "ed25519.pem");
    refuse_key_file(signer, "another hash than SHA-256", "rsa-pss-sha512.pem");
    /* Files that are no text: DER up to its first NUL, and PKCS#12. */
    refuse_key(signer, "openssl pkey -inform DER", "\x30\x82\x04\xBD\x02\x01");
    refuse_key(signer, "openssl pkcs12", "\x30\x82\x0A\x01\x02\x01\x03\x30");
    REFUSED(OSIGN_INVALID_UTF8, "pem is not UTF-8", osign_oauth1_signer_set_private_key(signer, "\xE9", e));
    /* Numbers that would keep signing busy for ever, or give the key away. */
    refuse_key_in(signer, "different length", "tests/keys", "p-is-7.pem");
    refuse_key_in(signer, "different length", "tests/keys", "unbalanced.pem");
    refuse_key_in(signer, "are equal", "tests/keys", "equal.pem");
    refuse_key_in(signer, "does not fit itself", "tests/keys", "other-dp.pem");
    refuse_key_in(signer, "more than two primes", "tests/keys", "three-primes.pem");
    /* Cut short, at every 64th byte. */
    for (len = strlen(good) - 2; len > 64; len -= len > 128 ? 64 : 1) {
        pem = read_key(keys, "rsa-2048.pem");
        pem[len - 30] = '\0';
        refuse_key(signer, "", pem);
        free(pem);
    }

    /* One for RSA-PSS with SHA-256 alone signs so, and in no other way. */
    pem = read_key(keys, "rsa-pss-sha256.pem");
    CHECK(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    REFUSED(OSIGN_INVALID_KEY, "RSA-PSS alone",
            osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, buf, sizeof buf, &len, e));
    CHECK(osign_oauth1_signer_set_signature_method(signer, "RSA-PSS-SHA256", NULL) == OSIGN_OK);
    CHECK(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, buf, sizeof buf, &len, NULL) ==
          OSIGN_OK);
    CHECK(osign_oauth1_signer_set_signature_method(signer, "RSA-SHA256", NULL) == OSIGN_OK);
    free(pem);

    /* Good ones; and a bad one after it leaves the signer with it. */
    CHECK(osign_oauth1_signer_set_private_key(signer, good, NULL) == OSIGN_OK);
    refuse_key_file(signer, "public key", "public.pem");
    CHECK(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signed_free(signed_request);
    pem = read_key(keys, "rsa-2048-pkcs1.pem");
    CHECK(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    free(pem);

    /* 512 bits hold no PKCS#1 padding of SHA-512; SHA-1 fits, and so does SHA-256. */
    pem = read_key(keys, "rsa-512.pem");
    NEED(osign_oauth1_signer_set_private_key(signer, pem, NULL) == OSIGN_OK);
    free(pem);
    NEED(osign_oauth1_signer_set_signature_method(signer, "RSA-SHA512", NULL) == OSIGN_OK);
    signed_request = UNTOUCHED(osign_oauth1_signed);
    REFUSED(OSIGN_INVALID_KEY, "512 bits is too short", osign_oauth1_sign(signer, request, &signed_request, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed));
    NEED(osign_oauth1_signer_set_signature_method(signer, "RSA-SHA1", NULL) == OSIGN_OK);
    CHECK(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    osign_oauth1_signed_free(signed_request);

    free(good);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
}

int main(int argc, char **argv)
{
    NEED(argc == 2);
    keys = argv[1];
    bad_keys();
    return checks_end("bad_keys");
}
