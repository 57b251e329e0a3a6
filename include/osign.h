/*
 * osign: signs API requests (OAuth 1.0a, RFC 5849).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made by cbindgen from src/capi/. Do not edit: change the source, then run `make header`.
 *
 *
 * What holds for every function below
 *
 * Text in is NUL-terminated UTF-8. Bytes in are a `const void *` and a length; they need not be UTF-8, and
 * (NULL, 0) is no bytes at all. NULL where the text does not allow it is OSIGN_NULL_ARGUMENT. What is yes or
 * no is an int32_t, in and out: 0 is no, anything else yes.
 *
 * What a function is given it copies, or is done with when it returns; it keeps no pointer of the caller's.
 * Until it returns, what its pointers point to must not change, and no place for a result (buf, len,
 * *error, a handle) may overlap an input or another such place.
 *
 * A function that can fail returns an osign_status and takes `osign_error **error` last. Pass NULL when
 * the number is enough. Otherwise each call overwrites *error: on failure with a new error, which the
 * caller frees with osign_error_free(), on success with NULL. It is never read, so it need not be set before;
 * and osign_error_free(*error) is right after every call. There is no global and no per-thread last error.
 *
 * Other results are written on success alone; on failure they are left as they were, save for the *len of a
 * buffer that is too small. A _set_ function that fails leaves its handle as it was.
 *
 * Results of varying size go to a caller's buffer (buf, cap, len), or stay in a handle whose functions
 * return `const char *`, valid until the handle is freed. For a buffer:
 *   - on success it holds the text and a NUL, and *len is the text's length without the NUL (for raw
 *     bytes, as of osign_hmac(), there is no NUL);
 *   - with buf NULL and cap 0 the call only asks: it returns OSIGN_OK, and *len is a size in bytes, with
 *     room for the NUL, that is enough for every later call with the same arguments;
 *   - when the buffer is too small the call returns OSIGN_BUFFER_TOO_SMALL, and *len is such a size.
 *   `len` must not be NULL.
 *
 * Types are opaque handles. The caller frees what a _new function, or osign_oauth1_sign(), hands back,
 * once, with the _free of its type; each _free takes NULL.
 *
 * Threads: any number of threads may use the same handle at once where a function takes it as
 * `const T *`; where it takes `T *` the thread must have it to itself. Handles may move between threads.
 *
 * There is nothing to initialise and nothing to clean up. After fork() parent and child may both go on.
 * The library starts no thread, and may be unloaded.
 *
 * A defect inside the library is reported as OSIGN_PANIC; it never ends the program. Rust's runtime writes
 * a few lines about it to stderr before the call returns.
 *
 * What does end the program is the end of all memory: osign_oauth1_sign() takes some times the size of a
 * form, osign_oauth1_authorization() some bytes for each of very many parameters, and where the system has
 * not that much, the allocator aborts. Copying a body reports OSIGN_OUT_OF_MEMORY instead.
 *
 * Signing with RSA, and setting a private key, need some 44 KB of stack, 76 KB with more than 4096 bits;
 * everything else up to 12: think of it where threads or coroutines have small ones.
 *
 * No error message holds a secret. Messages are UTF-8.
 */

#ifndef OSIGN_H
#define OSIGN_H

#include <stddef.h>
#include <stdint.h>

/** The version of this header. */
#define OSIGN_VERSION "0.1.0"
#define OSIGN_VERSION_MAJOR 0
#define OSIGN_VERSION_MINOR 1
#define OSIGN_VERSION_PATCH 0
/** The same as one number: major * 1000000 + minor * 1000 + patch; see osign_version_number(). */
#define OSIGN_VERSION_NUMBER 1000

/** The binary interface that this header describes; see osign_abi_version(). */
#define OSIGN_ABI_VERSION 0

/* --- Types --- */

/**
 * A status and a sentence that says what was wrong, with what, and what to do.
 *
 * A call that fails makes one when it is given somewhere to put it; the caller frees it. It never holds
 * a secret. It depends on nothing else and may outlive everything; any number of threads may read it.
 */
typedef struct osign_error osign_error;

/**
 * A request to be signed the full way.
 *
 * It depends on nothing else: what it is given is copied. One thread at a time may change it; any
 * number may sign it at once. It may be signed again and again; each signature draws a new nonce and
 * timestamp, unless they are set. Its URL, its body and the values of its parameters are wiped when it is
 * freed, since a password may stand in them.
 */
typedef struct osign_oauth1_request osign_oauth1_request;

/**
 * A signed request: what to send, and what signing it produced.
 *
 * It depends on nothing else: signer and request may be freed before it. Nothing changes it, so any
 * number of threads may read it. What its functions return is valid until it is freed; it is wiped then,
 * since with PLAINTEXT it carries the secrets. A body that signing left as it was is the request's too, and
 * wiped with the last of the two.
 */
typedef struct osign_oauth1_signed osign_oauth1_signed;

/**
 * Credentials and a signature method: what signs requests.
 *
 * Set it up in one thread; from then on any number of threads may sign with it at once, and nothing may
 * change it while they do. It depends on nothing else: the texts that it was given are copied. Its
 * secrets are wiped when it is freed.
 */
typedef struct osign_oauth1_signer osign_oauth1_signer;

/* --- Statuses --- */

/**
 * What a call answers: OSIGN_OK, or the number of what went wrong.
 *
 * Numbers come in families of a hundred: 100 an argument, 200 the request to be signed, 300 a key or
 * the system's randomness, 500 what a service, a browser or a profile brought, 600 a kept grant or its
 * store, 700 the network, 900 a defect of the library. A number never changes its meaning and is never
 * given again; new ones may appear in any family, so treat an unknown one by its family.
 */
typedef int32_t osign_status;

/**
 * All went well.
 */
#define OSIGN_OK 0

/**
 * A required argument is NULL, or data is NULL and its length is not 0.
 */
#define OSIGN_NULL_ARGUMENT 100

/**
 * Text is not UTF-8.
 */
#define OSIGN_INVALID_UTF8 101

/**
 * The buffer is too small; *len says how many bytes are enough.
 */
#define OSIGN_BUFFER_TOO_SMALL 102

/**
 * An argument is outside what the call takes.
 */
#define OSIGN_INVALID_ARGUMENT 103

/**
 * There is no memory for a copy of what the caller handed over.
 */
#define OSIGN_OUT_OF_MEMORY 104

/**
 * The URL cannot be signed: relative, not http(s), without a host, or malformed.
 */
#define OSIGN_INVALID_URL 200

/**
 * The HTTP method is not a token.
 */
#define OSIGN_INVALID_METHOD 201

/**
 * A protocol parameter (a key, a token, a realm, a nonce, ...) cannot be sent as it is.
 */
#define OSIGN_INVALID_PARAMETER 202

/**
 * A protocol parameter stands in the query or the form body, and signing adds its own.
 */
#define OSIGN_DUPLICATE_PROTOCOL_PARAMETER 203

/**
 * The signature method is not known.
 */
#define OSIGN_UNSUPPORTED_SIGNATURE_METHOD 204

/**
 * A private key is missing, of the wrong kind, encrypted, or unreadable.
 */
#define OSIGN_INVALID_KEY 300

/**
 * The system gives no randomness.
 */
#define OSIGN_ENTROPY_UNAVAILABLE 301

/**
 * An answer or a callback is not what the protocol says.
 */
#define OSIGN_INVALID_ANSWER 500

/**
 * The person or the service refused the login.
 */
#define OSIGN_DENIED 501

/**
 * A callback answers another login, or none.
 */
#define OSIGN_FOREIGN_STATE 502

/**
 * A host or an address is none that secrets may be sent to.
 */
#define OSIGN_UNTRUSTED_HOST 503

/**
 * What is known of a service cannot be read.
 */
#define OSIGN_INVALID_PROFILE 504

/**
 * There is no service of that name.
 */
#define OSIGN_UNKNOWN_PROVIDER 505

/**
 * A client, an endpoint or an account is needed, and not set.
 */
#define OSIGN_NOT_CONFIGURED 506

/**
 * A grant can be used again once a person has logged in.
 */
#define OSIGN_NEEDS_LOGIN 600

/**
 * There is no token right now; a later call may bring one.
 */
#define OSIGN_TRY_LATER 601

/**
 * The service refused the client, not the grant.
 */
#define OSIGN_CONFIGURATION_REFUSED 602

/**
 * There is no grant of that name.
 */
#define OSIGN_UNKNOWN_GRANT 603

/**
 * There is a grant of that name already.
 */
#define OSIGN_GRANT_EXISTS 604

/**
 * The store cannot be opened, read or written.
 */
#define OSIGN_STORE_UNUSABLE 605

/**
 * The store's key cannot be used.
 */
#define OSIGN_INVALID_STORE_KEY 606

/**
 * A record is sealed with another key.
 */
#define OSIGN_WRONG_STORE_KEY 607

/**
 * A record cannot be read, or was changed.
 */
#define OSIGN_DAMAGED_RECORD 608

/**
 * The store is a copy, or was restored.
 */
#define OSIGN_QUARANTINED 609

/**
 * New tokens came, and could not be saved where they belong.
 */
#define OSIGN_NOT_SAVED 610

/**
 * The HTTP client cannot be set up as it was asked to.
 */
#define OSIGN_INVALID_NETWORK_SETTING 700

/**
 * A defect of the library, stopped before it reached the program. Please report it.
 */
#define OSIGN_PANIC 900

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* --- Errors --- */

/**
 * The name of a status, such as "OSIGN_INVALID_URL"; "OSIGN_UNKNOWN" for a number that is none.
 *
 * The text is static. Any thread may call.
 */
const char *osign_status_name(osign_status status);

/**
 * The status of an error; OSIGN_OK for NULL.
 */
osign_status osign_error_status(const osign_error *error);

/**
 * The sentence of an error, in English, without a full stop at its end; "" for NULL. It is valid until
 * the error is freed.
 */
const char *osign_error_message(const osign_error *error);

/**
 * The reason of an error in one stable word, such as "relative-url": finer than its status, and the same in every host;
 * "" for NULL. It is valid until the error is freed.
 */
const char *osign_error_reason(const osign_error *error);

/**
 * Frees an error. NULL is allowed.
 */
void osign_error_free(osign_error *error);

/* --- Versions --- */

/**
 * The version of the library at run time, such as "0.1.0". The text is static.
 *
 * OSIGN_VERSION is the version of the header that a program was compiled with.
 */
const char *osign_version(void);

/**
 * The version of the library at run time as a number, to compare: major * 1000000 + minor * 1000 + patch.
 *
 * OSIGN_VERSION_NUMBER is that of the header.
 */
uint32_t osign_version_number(void);

/**
 * The version of the binary interface, which is also the number in the library's SONAME. It grows when
 * something is removed or changes its meaning, and not when something is added.
 *
 * A host that loads the library by name may compare it with OSIGN_ABI_VERSION.
 */
uint32_t osign_abi_version(void);

/* --- Nonces, time, encoding, HMAC --- */

/**
 * Writes a new nonce: 24 letters and digits that carry 120 random bits.
 *
 * No two are equal, in any thread, nor in a process and its children after fork(). Asking for the size
 * draws none. Fails with OSIGN_ENTROPY_UNAVAILABLE when the system gives no randomness.
 *
 * Children of _Fork() and of a raw clone() system call, which run no fork handlers, are not told apart.
 */
osign_status osign_nonce(char *buf,
                         size_t cap,
                         size_t *len,
                         osign_error **error);

/**
 * The time by the system's clock, in whole seconds since 1970-01-01 00:00 UTC.
 */
int64_t osign_timestamp(void);

/**
 * Writes `data` with every byte but letters, digits, '-', '.', '_' and '~' as %XX in upper case
 * (RFC 3986 section 2.1, RFC 5849 section 3.6). The data need not be UTF-8.
 */
osign_status osign_percent_encode(const void *data,
                                  size_t data_len,
                                  char *buf,
                                  size_t cap,
                                  size_t *len,
                                  osign_error **error);

/**
 * Writes the HMAC (RFC 2104) of `data` under `key`, as raw bytes without a NUL.
 *
 * `algorithm` is "SHA1" (20 bytes), "SHA256" (32) or "SHA512" (64); another is OSIGN_INVALID_ARGUMENT.
 * Key and data may be empty.
 */
osign_status osign_hmac(const char *algorithm,
                        const void *key,
                        size_t key_len,
                        const void *data,
                        size_t data_len,
                        uint8_t *buf,
                        size_t cap,
                        size_t *len,
                        osign_error **error);

/**
 * Whether two byte strings are equal, in a time that depends on their lengths alone: for comparing a
 * signature that came with one that was computed. 1 when they are, 0 when not. A NULL with a length is equal
 * to nothing.
 */
int32_t osign_equal_constant_time(const void *a,
                                  size_t a_len,
                                  const void *b,
                                  size_t b_len);

/* --- Signers, and the short way to a header --- */

/**
 * Makes a signer: HMAC-SHA1, no token, no realm, oauth_version sent, no body hash.
 *
 * A `consumer_key` that is empty or holds control characters is OSIGN_INVALID_PARAMETER; `consumer_secret`
 * may be "". Free it with osign_oauth1_signer_free().
 */
osign_status osign_oauth1_signer_new(const char *consumer_key,
                                     const char *consumer_secret,
                                     osign_oauth1_signer **signer,
                                     osign_error **error);

/**
 * Signs with this token from now on: temporary credentials, or an access token.
 *
 * An empty `token` is none: oauth_token is not sent (RFC 5849 section 3.1). `token_secret` takes part in the
 * key all the same (section 3.4.2). A token with control characters is OSIGN_INVALID_PARAMETER.
 */
osign_status osign_oauth1_signer_set_token(osign_oauth1_signer *signer,
                                           const char *token,
                                           const char *token_secret,
                                           osign_error **error);

/**
 * Signs with this method from now on: "HMAC-SHA1" (the default), "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512",
 * "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "RSA-PSS-SHA256" or "PLAINTEXT"; another is
 * OSIGN_UNSUPPORTED_SIGNATURE_METHOD.
 *
 * The RSA methods need osign_oauth1_signer_set_private_key(), before or after. RSA-PSS-SHA256 is some services'
 * own: RSASSA-PSS with SHA-256, MGF1 with SHA-256, and a salt of 32 bytes. PLAINTEXT sends the secrets themselves:
 * use it over https alone.
 */
osign_status osign_oauth1_signer_set_signature_method(osign_oauth1_signer *signer,
                                                      const char *name,
                                                      osign_error **error);

/**
 * The key for the RSA methods: PEM text of an RSA private key, PKCS#1 ("BEGIN RSA PRIVATE KEY") or
 * PKCS#8 ("BEGIN PRIVATE KEY"), not encrypted, in lines of any length.
 *
 * Anything else is OSIGN_INVALID_KEY, and the message says what it is: a public key, an encrypted one,
 * a certificate, a file that is DER or PKCS#12, no PEM at all. So is a key that is not safe to sign with, such as one
 * whose numbers do not fit each other. Setting a key and signing with it need some 44 KB of stack, 76 KB with
 * more than 4096 bits.
 */
osign_status osign_oauth1_signer_set_private_key(osign_oauth1_signer *signer,
                                                 const char *pem,
                                                 osign_error **error);

/**
 * Sends this realm first in the header, as a quoted string (RFC 5849 section 3.5.1); it is never signed. "" sends
 * none. It is sent with header transmission alone. One with control characters is OSIGN_INVALID_PARAMETER.
 */
osign_status osign_oauth1_signer_set_realm(osign_oauth1_signer *signer,
                                           const char *realm,
                                           osign_error **error);

/**
 * Adds this many seconds to the clock's time in every timestamp, for a host whose clock is off.
 */
osign_status osign_oauth1_signer_set_clock_offset(osign_oauth1_signer *signer,
                                                  int64_t seconds,
                                                  osign_error **error);

/**
 * Whether oauth_version="1.0" is sent and signed: not when `enabled` is 0. It is, unless turned off.
 */
osign_status osign_oauth1_signer_set_send_version(osign_oauth1_signer *signer,
                                                  int32_t enabled,
                                                  osign_error **error);

/**
 * Whether oauth_body_hash is sent and signed where the body is no form: not when `enabled` is 0. It is not,
 * unless turned on.
 *
 * The hash is SHA-1 with HMAC-SHA1, RSA-SHA1 and PLAINTEXT, and the method's own otherwise; an absent
 * body counts as empty.
 */
osign_status osign_oauth1_signer_set_body_hash(osign_oauth1_signer *signer,
                                               int32_t enabled,
                                               osign_error **error);

/**
 * Sets what has this name, in whatever words: what has a function of its own, and the rare settings that have none.
 *
 * Flags are "true" or "1", "false" or "0"; seconds are digits. A name or a value that is none is
 * OSIGN_INVALID_ARGUMENT; the rest is as with the functions. The names:
 *   - "signature_method", "private_key", "realm", "clock_offset", "send_version", "body_hash": as the functions;
 *   - "version": the value of oauth_version in place of "1.0";
 *   - "send_empty_token": whether an empty token is sent, as some services want before there is one;
 *   - "send_empty_realm": whether an empty realm is sent;
 *   - "plaintext_nonce": whether PLAINTEXT sends nonce and timestamp (RFC 5849 section 3.1); it does, unless turned off;
 *   - "url_form": in which form a URL is signed: "as-given", "normal" (RFC 3986 sections 6.2.2 and 6.2.3), or "usual",
 *     which is normal for osign_oauth1_sign(), and as given for osign_oauth1_authorization().
 */
osign_status osign_oauth1_signer_set(osign_oauth1_signer *signer,
                                     const char *name,
                                     const char *value,
                                     osign_error **error);

/**
 * Frees a signer and wipes its secrets. NULL is allowed. No thread may be using it.
 */
void osign_oauth1_signer_free(osign_oauth1_signer *signer);

/**
 * The short way: writes the value of the Authorization header for one request, with a fresh nonce and
 * timestamp, into the caller's buffer. With HMAC and PLAINTEXT it allocates nothing for a request of up to
 * 128 parameters, none of them oauth_*, without a body hash; with RSA it does.
 *
 * `method` and `url` are those of the request; the URL is absolute, http or https, with its query. Send
 * the URL as it is given here; when it holds a space or a byte outside ASCII, or is not in the normal form that
 * every client sends alike, take the one to send from the full way, osign_oauth1_sign().
 *
 * `content_type` is the request's Content-Type, or NULL. The body is read when that says
 * application/x-www-form-urlencoded, with or without a charset, for then it is signed, and when the
 * signer hashes bodies. It is (NULL, 0) for none, and never copied.
 *
 * Asking for the size draws no nonce.
 */
osign_status osign_oauth1_authorization(const osign_oauth1_signer *signer,
                                        const char *method,
                                        const char *url,
                                        const char *content_type,
                                        const void *body,
                                        size_t body_len,
                                        char *buf,
                                        size_t cap,
                                        size_t *len,
                                        osign_error **error);

/* --- Requests --- */

/**
 * Makes a request without a body, transmitted by header.
 *
 * `method` is an HTTP method such as "GET"; `url` is absolute, http or https, with its query. Both are
 * checked at once: OSIGN_INVALID_METHOD, OSIGN_INVALID_URL. Free it with osign_oauth1_request_free().
 */
osign_status osign_oauth1_request_new(const char *method,
                                      const char *url,
                                      osign_oauth1_request **request,
                                      osign_error **error);

/**
 * Sets the body, in place of a former one, and its Content-Type, which may be NULL for none.
 *
 * The body is copied; OSIGN_OUT_OF_MEMORY when there is no memory for that. A content type with control
 * characters other than tabs is OSIGN_INVALID_PARAMETER.
 *
 * The body is signed when its type is application/x-www-form-urlencoded, with or without a charset; it is
 * hashed otherwise, if the signer hashes bodies.
 */
osign_status osign_oauth1_request_set_body(osign_oauth1_request *request,
                                           const char *content_type,
                                           const void *body,
                                           size_t body_len,
                                           osign_error **error);

/**
 * Sets an extra protocol parameter, in place of a former one of that name: "oauth_callback",
 * "oauth_verifier", ... Neither name nor value is encoded yet.
 *
 * What has a place of its own (the consumer key, the token, the nonce, ...) is
 * OSIGN_DUPLICATE_PROTOCOL_PARAMETER here. An empty name, "realm", and control characters in name or value
 * are OSIGN_INVALID_PARAMETER.
 */
osign_status osign_oauth1_request_set_parameter(osign_oauth1_request *request,
                                                const char *name,
                                                const char *value,
                                                osign_error **error);

/**
 * Signs with this nonce instead of a fresh one: for tests, and for answers that must be reproduced. A
 * service refuses a nonce that it has seen. One that is empty or holds control characters is
 * OSIGN_INVALID_PARAMETER.
 */
osign_status osign_oauth1_request_set_nonce(osign_oauth1_request *request,
                                            const char *nonce,
                                            osign_error **error);

/**
 * Signs with this timestamp, in Unix seconds, instead of the clock's. One that is not positive is
 * OSIGN_INVALID_ARGUMENT. The signer's clock offset is not added to it.
 */
osign_status osign_oauth1_request_set_timestamp(osign_oauth1_request *request,
                                                int64_t seconds,
                                                osign_error **error);

/**
 * Where the protocol parameters travel: in the "header" (the default), the "query" or the form "body".
 *
 * Another name is OSIGN_INVALID_ARGUMENT. By body needs a body of type application/x-www-form-urlencoded,
 * which may be empty; signing says OSIGN_INVALID_ARGUMENT without one.
 */
osign_status osign_oauth1_request_set_transmission(osign_oauth1_request *request,
                                                   const char *where,
                                                   osign_error **error);

/**
 * Sets what has this name: "content_type", "nonce", "timestamp" (digits) or "transmission", as the functions do. A name
 * or a value that is none is OSIGN_INVALID_ARGUMENT.
 */
osign_status osign_oauth1_request_set(osign_oauth1_request *request,
                                      const char *name,
                                      const char *value,
                                      osign_error **error);

/**
 * Frees a request. NULL is allowed. What was signed of it lives on.
 */
void osign_oauth1_request_free(osign_oauth1_request *request);

/* --- Signing the full way --- */

/**
 * The full way: signs a request and hands back all of it. Free it with osign_oauth1_signed_free().
 *
 * With RSA this fails with OSIGN_INVALID_KEY when the signer has no private key, or one that is too
 * short for the method's hash.
 */
osign_status osign_oauth1_sign(const osign_oauth1_signer *signer,
                               const osign_oauth1_request *request,
                               osign_oauth1_signed **signed_request,
                               osign_error **error);

/**
 * The value of the Authorization header; "" unless the transmission is by header, and for NULL.
 */
const char *osign_oauth1_signed_authorization(const osign_oauth1_signed *s);

/**
 * The URL; send exactly this. It is in the normal form of RFC 3986 sections 6.2.2 and 6.2.3, which every client sends
 * alike: without user name, password and fragment, with capitals in escapes. The signer's "url_form" may say
 * otherwise. "" for NULL.
 */
const char *osign_oauth1_signed_url(const osign_oauth1_signed *s);

/**
 * The body; send exactly this. Its length goes to *len; `len` may be NULL. It is no text and has no NUL
 * at its end. NULL with length 0 when there is none.
 */
const uint8_t *osign_oauth1_signed_body(const osign_oauth1_signed *s,
                                        size_t *len);

/**
 * The signature, in base64 (for PLAINTEXT the two secrets, each encoded), not percent-encoded; "" for NULL.
 */
const char *osign_oauth1_signed_signature(const osign_oauth1_signed *s);

/**
 * The signature base string (RFC 5849 section 3.4.1.1), to compare with the one a service reports when
 * it refuses a signature; "" for NULL.
 */
const char *osign_oauth1_signed_base_string(const osign_oauth1_signed *s);

/**
 * The normalised parameters (RFC 5849 section 3.4.1.3.2), which are the last part of the base string before
 * it is encoded; "" for NULL.
 */
const char *osign_oauth1_signed_normalized_parameters(const osign_oauth1_signed *s);

/**
 * The nonce that was signed; "" for NULL.
 */
const char *osign_oauth1_signed_nonce(const osign_oauth1_signed *s);

/**
 * The timestamp that was signed, in Unix seconds; 0 for NULL.
 */
int64_t osign_oauth1_signed_timestamp(const osign_oauth1_signed *s);

/**
 * Frees a signed request and wipes it. NULL is allowed.
 */
void osign_oauth1_signed_free(osign_oauth1_signed *s);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* OSIGN_H */
