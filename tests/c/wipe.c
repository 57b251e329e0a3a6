/* What may be secret is wiped before its memory goes back to the system: every block that is freed is looked through. */
#include "check.h"
#include "finder.h"

#define FORM "application/x-www-form-urlencoded"
#define SECRET "hunter2-PASSWORD"

static osign_oauth1_signer *signer;

static osign_oauth1_request *request_for(const char *url, const char *form)
{
    osign_oauth1_request *request = NULL;
    NEED(osign_oauth1_request_new("POST", url, &request, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_body(request, FORM, form, strlen(form), NULL) == OSIGN_OK);
    return request;
}

static osign_oauth1_signed *sign(const osign_oauth1_request *request)
{
    osign_oauth1_signed *signed_request = NULL;
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    return signed_request;
}

/* The request goes first, then the signed one, which holds the body; and the other way round. */
static void a_request_and_what_was_signed(const char *url, const char *form, const char *where)
{
    int i;
    const unsigned long before = freed;
    for (i = 0; i < 2; i++) {
        osign_oauth1_request *request = request_for(url, form);
        osign_oauth1_signed *signed_request;
        NEED(osign_oauth1_request_set_transmission(request, where, NULL) == OSIGN_OK);
        signed_request = sign(request);
        CHECK(since() == 0);
        if (i == 0) {
            osign_oauth1_request_free(request);
            CHECK(since() == 0);
        }
        osign_oauth1_signed_free(signed_request);
        CHECK(since() == 0);
        if (i == 1) {
            osign_oauth1_request_free(request);
            CHECK(since() == 0);
        }
    }
    CHECK(freed - before >= 10); /* The library's blocks come by here. */
}

/* Text that grows as it is encoded, more than anyone would reserve for. */
static void what_grows(void)
{
    static char form[4096] = "a=" SECRET "&b=", url[4096] = "https://example.com/?password=" SECRET "&b=";
    char header[512];
    size_t len;
    memset(form + strlen(form), ' ', 3000);
    memset(url + strlen(url), ' ', 3000);
    a_request_and_what_was_signed("https://example.com/", form, "header");
    a_request_and_what_was_signed("https://example.com/", form, "body");
    a_request_and_what_was_signed(url, "", "header");
    a_request_and_what_was_signed(url, "", "query");
    NEED(osign_oauth1_authorization(signer, "POST", "https://example.com/", FORM, form, strlen(form),
                                    header, sizeof header, &len, NULL) == OSIGN_OK);
    CHECK(since() == 0);
}

static void what_is_replaced(void)
{
    osign_oauth1_request *request = request_for("https://example.com/", "password=" SECRET);
    NEED(osign_oauth1_request_set_body(request, NULL, NULL, 0, NULL) == OSIGN_OK);
    CHECK(since() == 0);
    NEED(osign_oauth1_request_set_parameter(request, "x_auth_password", SECRET, NULL) == OSIGN_OK);
    NEED(osign_oauth1_request_set_parameter(request, "x_auth_password", "a longer password than that one " SECRET,
                                            NULL) == OSIGN_OK);
    CHECK(since() == 0);
    NEED(osign_oauth1_request_set_parameter(request, "x_auth_password", "", NULL) == OSIGN_OK);
    CHECK(since() == 0);
    NEED(osign_oauth1_request_set_parameter(request, "x_auth_password", SECRET, NULL) == OSIGN_OK);
    osign_oauth1_request_free(request);
    CHECK(since() == 0);
}

static void the_signer_s_secrets(void)
{
    osign_oauth1_request *request = request_for("https://example.com/", "");
    osign_oauth1_signed *signed_request;
    NEED(osign_oauth1_signer_set_token(signer, "token", SECRET, NULL) == OSIGN_OK);
    NEED(osign_oauth1_signer_set_signature_method(signer, "PLAINTEXT", NULL) == OSIGN_OK);
    signed_request = sign(request);
    CHECK(strstr(osign_oauth1_signed_authorization(signed_request), SECRET) != NULL);
    CHECK(since() == 0);
    osign_oauth1_signed_free(signed_request);
    CHECK(since() == 0);
    NEED(osign_oauth1_signer_set_token(signer, "token", "another", NULL) == OSIGN_OK);
    CHECK(since() == 0);
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(signer);
    CHECK(since() == 0);
}

int main(void)
{
    look_for(SECRET);
    NEED(osign_oauth1_signer_new("key", SECRET, &signer, NULL) == OSIGN_OK);
    a_request_and_what_was_signed("https://example.com/", "user=a&password=" SECRET, "header");
    a_request_and_what_was_signed("https://example.com/", "user=a&password=" SECRET, "body");
    a_request_and_what_was_signed("https://example.com/?password=" SECRET, "", "header");
    a_request_and_what_was_signed("https://example.com/?password=" SECRET, "", "query");
    what_grows();
    what_is_replaced();
    the_signer_s_secrets();
    return checks_end("wipe");
}
