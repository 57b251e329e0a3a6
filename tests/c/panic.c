/* A panic in the release library becomes a status, and the program goes on.
 *
 * It is linked with a library that is built with --cfg osign_panics: the released one plus the function
 * that is declared here, which does nothing but panic behind the same guard as every other.
 */
#include "check.h"

#ifdef __cplusplus
extern "C"
#endif
osign_status osign_panic_for_tests(osign_error **error);

int main(void)
{
    int i;
    for (i = 0; i < 100; i++) {
        osign_error *error = NULL;
        osign_oauth1_signer *signer = NULL;
        char header[512];
        size_t len = 0;

        CHECK(osign_panic_for_tests(&error) == OSIGN_PANIC);
        NEED(error != NULL);
        CHECK(osign_error_status(error) == OSIGN_PANIC);
        CHECK(strstr(osign_error_message(error), "panic") != NULL);
        CHECK(strstr(osign_error_message(error), "details") == NULL); /* What the panic itself says. */
        osign_error_free(error);
        CHECK(osign_panic_for_tests(NULL) == OSIGN_PANIC);

        CHECK(osign_oauth1_signer_new("key", "secret", &signer, NULL) == OSIGN_OK);
        CHECK(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, header, sizeof header,
                                         &len, NULL) == OSIGN_OK);
        CHECK(strncmp(header, "OAuth ", 6) == 0);
        osign_oauth1_signer_free(signer);
    }
    return checks_end("panic");
}
