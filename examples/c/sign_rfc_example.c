/* Signs the request of RFC 5849 section 1.2, the one for a photo, and prints what comes of it.
 *
 *     cc sign_rfc_example.c -o sign_rfc_example $(pkg-config --cflags --libs osign)
 *
 * Nonce and timestamp are the RFC's, so the signature is too. A real request leaves both away, and osign
 * draws a new nonce and reads the clock.
 */
#include <osign.h>

#include <stdio.h>

/* Prints what went wrong; the caller cleans up. */
static int report(osign_status status, osign_error *error)
{
    fprintf(stderr, "%s: %s\n", osign_status_name(status), osign_error_message(error));
    osign_error_free(error);
    return 1;
}

int main(void)
{
    osign_oauth1_signer *signer = NULL;
    osign_oauth1_request *request = NULL;
    osign_oauth1_signed *signed_request = NULL;
    osign_error *error = NULL;
    osign_status status;
    int failed = 0;

    /* Who signs: made once, used for every request, by any number of threads. */
    status = osign_oauth1_signer_new("dpf43f3p2l4k3l03", "kd94hf93k423kf44", &signer, &error);
    if (status == OSIGN_OK) {
        status = osign_oauth1_signer_set_token(signer, "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", &error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_signer_set_realm(signer, "Photos", &error);
    }
    if (status == OSIGN_OK) { /* The RFC's example sends no oauth_version. */
        status = osign_oauth1_signer_set_send_version(signer, 0, &error);
    }

    /* What is signed. */
    if (status == OSIGN_OK) {
        status = osign_oauth1_request_new(
            "GET", "http://photos.example.net/photos?file=vacation.jpg&size=original", &request, &error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_request_set_nonce(request, "chapoH", &error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_request_set_timestamp(request, 137131202, &error);
    }

    if (status == OSIGN_OK) {
        status = osign_oauth1_sign(signer, request, &signed_request, &error);
    }
    if (status == OSIGN_OK) {
        printf("URL:           %s\n", osign_oauth1_signed_url(signed_request));
        printf("Authorization: %s\n", osign_oauth1_signed_authorization(signed_request));
        printf("Base string:   %s\n", osign_oauth1_signed_base_string(signed_request));
        printf("Signature:     %s\n", osign_oauth1_signed_signature(signed_request));
    } else {
        failed = report(status, error);
    }

    /* Frees take NULL, so there is one way out. */
    osign_oauth1_signed_free(signed_request);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
    return failed;
}
