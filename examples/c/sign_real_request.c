/* Signs a form POST the way a program does it all day, and prints the header to send.
 *
 *     cc sign_real_request.c -o sign_real_request $(pkg-config --cflags --libs osign)
 *
 * This is the short way: one call, into a buffer of the caller's, that allocates nothing. Credentials come
 * from the environment: OSIGN_CONSUMER_KEY, OSIGN_CONSUMER_SECRET, OSIGN_TOKEN, OSIGN_TOKEN_SECRET.
 */
#include <osign.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

/* The header's value, allocated; NULL after a failure. */
static char *authorization(const osign_oauth1_signer *signer, const char *url, const char *form, osign_error **error)
{
    static const char type[] = "application/x-www-form-urlencoded";
    char *header = NULL;
    size_t len = 0;

    /* Ask how much room is enough, for this request and every like it. A program with a buffer of a few KiB
       need not ask. */
    if (osign_oauth1_authorization(signer, "POST", url, type, form, strlen(form), NULL, 0, &len, error) == OSIGN_OK) {
        header = (char *)malloc(len);
    }
    if (header != NULL && osign_oauth1_authorization(signer, "POST", url, type, form, strlen(form), header, len, &len,
                                                     error) != OSIGN_OK) {
        free(header);
        header = NULL;
    }
    return header;
}

int main(void)
{
    osign_oauth1_signer *signer = NULL;
    osign_error *error = NULL;
    char *header = NULL;
    int failed;
    osign_status status = osign_oauth1_signer_new(environment("OSIGN_CONSUMER_KEY"),
                                                  environment("OSIGN_CONSUMER_SECRET"), &signer, &error);
    if (status == OSIGN_OK) {
        status = osign_oauth1_signer_set_token(signer, environment("OSIGN_TOKEN"), environment("OSIGN_TOKEN_SECRET"),
                                               &error);
    }
    if (status == OSIGN_OK) {
        status = osign_oauth1_signer_set_signature_method(signer, "HMAC-SHA256", &error);
    }
    if (status == OSIGN_OK) {
        header = authorization(signer, "https://api.example.com/1.1/items?lang=ru&q=a+b%20c",
                               "name=%D0%9A%D0%BE%D1%84%D0%B5+%26+%D1%87%D0%B0%D0%B9&tag=x&tag=y", &error);
    }
    if (header != NULL) {
        printf("Authorization: %s\n", header);
    } else {
        fprintf(stderr, "%s: %s\n", osign_status_name(osign_error_status(error)), osign_error_message(error));
    }
    failed = header == NULL;
    free(header);
    osign_error_free(error);
    osign_oauth1_signer_free(signer);
    return failed;
}
