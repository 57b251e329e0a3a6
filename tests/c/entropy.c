/* A system that gives no randomness: what needs some is refused, and what does not goes on. Linux alone. */
#define _POSIX_C_SOURCE 200809L
#include "refusal.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* From now on the kernel refuses getrandom() to this process, and with `files` to open anything, such as /dev/urandom,
   which osign falls back on. */
static void take_randomness(int files)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (!files) {
        filter[2].jt = 1;
    }
    NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    NEED(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static osign_oauth1_signer *signer, *rsa;
static osign_oauth1_request *request;
static osign_oauth1_flow *flow; /* A login under way. */

#define KEY "osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="

static osign_status seal(char *buf, size_t cap, size_t *len, osign_error **e)
{
    return osign_oauth1_flow_seal(flow, KEY, strlen(KEY), "session", buf, cap, len, e);
}

static osign_oauth1_flow *new_flow(void)
{
    static const char answer[] = "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=true";
    osign_oauth1_flow *made = NULL;
    osign_http_request *first = NULL;
    NEED(osign_oauth1_flow_new(NULL, NULL, "key", SECRET, &made, NULL) == OSIGN_OK);
    NEED(osign_oauth1_flow_set(made, "request_token_url", "https://example.com/initiate", NULL) == OSIGN_OK);
    NEED(osign_oauth1_flow_request_temporary(made, &first, NULL) == OSIGN_OK);
    osign_http_request_free(first);
    NEED(osign_oauth1_flow_read_temporary(made, 200, NULL, answer, strlen(answer), NULL) == OSIGN_OK);
    return made;
}

static int the_device_serves(void)
{
    char nonce[64];
    size_t len = 0;
    take_randomness(0);
    CHECK(osign_nonce(nonce, sizeof nonce, &len, NULL) == OSIGN_OK && len == 24);
    return checks_end("entropy, from the device");
}

#define NO_ENTROPY(call) REFUSED(OSIGN_ENTROPY_UNAVAILABLE, "the system's random generator failed: ", call)

static int nothing_is_left(void)
{
    osign_oauth1_signed *signed_request = UNTOUCHED(osign_oauth1_signed);
    char buf[1024];
    size_t len = 77, i;
    take_randomness(1);
    memset(buf, '#', sizeof buf);
    NO_ENTROPY(osign_nonce(buf, sizeof buf, &len, e));
    NO_ENTROPY(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, buf, sizeof buf, &len, e));
    NO_ENTROPY(osign_oauth1_sign(signer, request, &signed_request, e));
    /* RSA needs some for its blinding, with whatever nonce. */
    NEED(osign_oauth1_request_set_nonce(request, "nonce", NULL) == OSIGN_OK);
    NO_ENTROPY(osign_oauth1_sign(rsa, request, &signed_request, e));
    NO_ENTROPY(osign_store_key_new(buf, sizeof buf, &len, e));
    CHECK(signed_request == UNTOUCHED(osign_oauth1_signed) && len == 77);
    for (i = 0; i < sizeof buf; i++) {
        CHECK(buf[i] == '#');
    }
    /* Asking for a size draws nothing, and a nonce that is given needs no other. */
    CHECK(osign_oauth1_authorization(signer, "GET", "https://example.com/", NULL, NULL, 0, NULL, 0, &len, NULL) == OSIGN_OK);
    CHECK(osign_store_key_new(NULL, 0, &len, NULL) == OSIGN_OK && len == 57);
    CHECK(osign_store_key_new(buf, 56, &len, NULL) == OSIGN_BUFFER_TOO_SMALL && len == 57);
    NEED(osign_oauth1_sign(signer, request, &signed_request, NULL) == OSIGN_OK);
    CHECK_TEXT(osign_oauth1_signed_nonce(signed_request), "nonce");
    osign_oauth1_signed_free(signed_request);
    return checks_end("entropy, from nowhere");
}

/* A login that was begun before then. */
static int a_login_under_way(void)
{
    char buf[1024], small[32];
    size_t len = 77, size = 0;
    flow = new_flow();
    take_randomness(1);
    memset(buf, '#', sizeof buf);
    NO_ENTROPY(seal(buf, sizeof buf, &len, e));
    CHECK(len == 77 && buf[0] == '#');
    CHECK(seal(NULL, 0, &size, NULL) == OSIGN_OK && size > 100 && size <= sizeof buf);
    CHECK(seal(small, sizeof small, &len, NULL) == OSIGN_BUFFER_TOO_SMALL && len == size);
    osign_oauth1_flow_free(flow);
    return checks_end("entropy, of a login");
}

/* Runs in a process of its own, that has drawn nothing yet. */
static void apart(int (*test)(void))
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(test());
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
    char *pem;
    size_t len = 0;
    NEED(argc == 2);
    pem = read_key(argv[1], "rsa-2048.pem");
    signer = new_signer("HMAC-SHA1");
    rsa = new_signer("RSA-SHA1");
    NEED(osign_oauth1_signer_set_private_key(rsa, pem, NULL) == OSIGN_OK);
    free(pem);
    request = new_request();
    apart(the_device_serves);
    apart(nothing_is_left);
    apart(a_login_under_way);
    CHECK(osign_nonce(NULL, 0, &len, NULL) == OSIGN_OK && len == 25); /* Here all is as ever. */
    osign_oauth1_request_free(request);
    osign_oauth1_signer_free(rsa);
    osign_oauth1_signer_free(signer);
    return checks_end("entropy");
}
