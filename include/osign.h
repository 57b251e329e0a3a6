/*
 * osign: signs API requests (OAuth 1.0a, RFC 5849), and keeps API tokens alive (OAuth 2.0, RFC 6749).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made by cbindgen from src/capi/. Do not edit: change the source, then run `make header`.
 *
 *
 * Its parts
 *
 * The library may have been built without parts. Its sections whose names begin with "Tokens" are there with the features
 * `http` and `sqlite`, which it has unless somebody left them out; without them their functions are not exported.
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
 * Types are opaque handles. The caller frees what a function hands back through a `T **`, once, with the
 * _free of its type; each _free takes NULL.
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
 * not that much, the allocator aborts. What is done with stores takes a few megabytes, and 64 where a
 * passphrase opens one. Copying a body reports OSIGN_OUT_OF_MEMORY instead.
 *
 * Signing with RSA, and setting a private key, need some 44 KB of stack, 76 KB with more than 4096 bits;
 * everything else up to 12: think of it where threads or coroutines have small ones. Stores need some
 * 64 KB, with the requests that they send.
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

/* --- States of a refresh --- */

/**
 * osign_refresh_state(): it is over, by an error that was reported when it came; or it is NULL.
 */
#define OSIGN_REFRESH_ENDED 0

/**
 * osign_refresh_state(): there is a token: osign_refresh_token().
 */
#define OSIGN_REFRESH_TOKEN 1

/**
 * osign_refresh_state(): a request is to be sent: osign_refresh_request().
 */
#define OSIGN_REFRESH_SEND 2

/**
 * osign_refresh_state(): it must wait: osign_refresh_wait_milliseconds().
 */
#define OSIGN_REFRESH_WAIT 3

/* --- Steps of a work over a host's table --- */

/**
 * osign_hosted_work_step(): it has ended by an error, which was reported when it came; or it is NULL.
 */
#define OSIGN_HOSTED_ENDED 0

/**
 * osign_hosted_work_step(): it is done, and has its result.
 */
#define OSIGN_HOSTED_DONE 1

/**
 * osign_hosted_work_step(): read the row of a name.
 */
#define OSIGN_HOSTED_LOAD 2

/**
 * osign_hosted_work_step(): write a record where name, generation and revision are as said.
 */
#define OSIGN_HOSTED_ACQUIRE 3

/**
 * osign_hosted_work_step(): write a record and the next generation where name and generation are as said.
 */
#define OSIGN_HOSTED_COMMIT 4

/**
 * osign_hosted_work_step(): add a row where there is none of the name.
 */
#define OSIGN_HOSTED_ADD 5

/**
 * osign_hosted_work_step(): remove the row where name and generation are as said.
 */
#define OSIGN_HOSTED_REMOVE 6

/**
 * osign_hosted_work_step(): write another name and a record where name and generation are as said.
 */
#define OSIGN_HOSTED_RENAME 7

/**
 * osign_hosted_work_step(): read all names.
 */
#define OSIGN_HOSTED_NAMES 8

/**
 * osign_hosted_work_step(): send a request.
 */
#define OSIGN_HOSTED_SEND 9

/**
 * osign_hosted_work_step(): wait.
 */
#define OSIGN_HOSTED_WAIT 10

/* --- Types --- */

/**
 * A grant as a sealed text of its own.
 *
 * It depends on nothing else, and nothing changes it, so any number of threads may read it.
 */
typedef struct osign_bundle osign_bundle;

/**
 * A status and a sentence that says what was wrong, with what, and what to do.
 *
 * A call that fails makes one when it is given somewhere to put it; the caller frees it. It never holds
 * a secret. It depends on nothing else and may outlive everything; any number of threads may read it.
 */
typedef struct osign_error osign_error;

/**
 * A grant to come: what is set of it before it is added to a store.
 *
 * It depends on nothing else: what it is given is copied. One thread at a time may change it; any number may add it to
 * stores at once. Its secrets are wiped when it is freed.
 */
typedef struct osign_grant osign_grant;

/**
 * Grants that are kept in a table of the host's own database.
 *
 * Any number of threads may use it at once; one a process is enough. It depends on nothing else, opens nothing, and sends
 * nothing. A child of fork() may go on with its parent's.
 *
 * The table has a row for each grant: its name (up to 100 characters, 400 bytes of UTF-8, unique, compared as it is), two whole
 * numbers of 64 bits, the generation and the revision, and the record, text of up to 8192 bytes of ASCII or UTF-8. A row is
 * written on a condition, by one statement or in one transaction, and is durable before the library is told.
 * docs/tokens.md has the contract.
 *
 * What the table does not take is kept in a folder of this user's, and so is how far each grant has come, by which a table
 * that was restored is noticed. Where the store is quarantined, or a record does not open, the errors are those of
 * osign_store.
 */
typedef struct osign_hosted osign_hosted;

/**
 * Something that is done over a host's table, in steps.
 *
 * One thread at a time. It keeps what it needs, so what it was begun with may be freed before it. A process may end between two
 * steps, or free the work: what was written says how far it came, and whoever comes next goes on from there; an answer that
 * was on its way is lost then, and for up to 75 seconds others wait for it. A child of fork() can only free it.
 *
 * What its functions return is valid until the next call that tells it something, and until it is freed; it is wiped then.
 */
typedef struct osign_hosted_work osign_hosted_work;

/**
 * What to send: a method, a URL, headers and a body.
 *
 * Send it as it is: these headers, Content-Type among them, and this body; follow no redirect, and repeat nothing. What
 * the client adds of its own (Host, Content-Length, ...) is its own.
 *
 * It depends on nothing else. Nothing changes it, so any number of threads may read it. What its functions return is
 * valid until it is freed; it is wiped then, since it carries secrets.
 */
typedef struct osign_http_request osign_http_request;

/**
 * Token credentials (RFC 5849 section 2.3): what osign_oauth1_flow_signer() makes signs requests with them for whoever agreed.
 *
 * They depend on nothing else. Nothing changes them, so any number of threads may read them. What their functions return is valid
 * until they are freed; they are wiped then.
 */
typedef struct osign_oauth1_credentials osign_oauth1_credentials;

/**
 * A login at a service of OAuth 1.0a (RFC 5849 section 2), whose requests the host sends with a client of its own.
 *
 * One thread at a time. It depends on nothing else: what it is given is copied. Its secrets are wiped when it is freed. Nothing
 * of it is kept anywhere: between two web requests see osign_oauth1_flow_seal().
 *
 * In order: osign_oauth1_flow_request_temporary(), send it, osign_oauth1_flow_read_temporary(); a person agrees at
 * osign_oauth1_flow_authorize_url(); osign_oauth1_flow_read_callback(); osign_oauth1_flow_request_token(), send it,
 * osign_oauth1_flow_read_token(); then osign_oauth1_flow_signer() makes what signs requests of the API. A step out of its turn is
 * OSIGN_INVALID_ARGUMENT, and changes nothing.
 */
typedef struct osign_oauth1_flow osign_oauth1_flow;

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

/**
 * A login that has begun.
 *
 * Its state is in the store, sealed with the grant: it may be freed at once, and any process with the store may finish the
 * login. Nothing changes it, so any number of threads may read it.
 */
typedef struct osign_oauth2_login osign_oauth2_login;

/**
 * A refresh whose requests the host sends with a client of its own.
 *
 * One thread at a time. While a request is under way it holds the lock of its grant: whoever else needs a new token of that
 * grant waits. It keeps what it needs of its store, which may be freed before it. It belongs to the process that began it; a
 * child of fork() can only free it.
 */
typedef struct osign_refresh osign_refresh;

/**
 * What a store tells of its grants, as JSON. No secret is in it; times are Unix seconds.
 *
 * It depends on nothing else, and nothing changes it, so any number of threads may read it.
 */
typedef struct osign_report osign_report;

/**
 * A store of grants, opened with its key: what hands out access tokens and keeps them alive.
 *
 * Any number of threads may use it at once; one a process is enough. Threads and processes that need a new token of one
 * grant at the same time send one request and share the answer. It depends on nothing else. It holds a few connections to
 * its database, and starts no thread. A child of fork() may go on with its parent's store, unless another thread was in
 * the midst of a call when it forked: then each call of the child's says OSIGN_STORE_UNUSABLE.
 *
 * Its functions may wait: for the network, for others who renew the same grant, and for a service that asks to come later,
 * for 30 seconds unless "patience" of the options says otherwise. A request that is under way gets 30 seconds more.
 */
typedef struct osign_store osign_store;

/**
 * How a store is opened, where its key alone does not say it.
 *
 * It depends on nothing else: what it is given is copied. One thread at a time may change it; any number may open stores
 * with it at once. Its key or passphrase is wiped when it is freed.
 */
typedef struct osign_store_options osign_store_options;

/**
 * An access token, or a static key: its value, its type, its end, and the generation of its grant.
 *
 * It depends on nothing else, and may outlive its store. Nothing changes it, so any number of threads may read it. What
 * its functions return is valid until it is freed; it is wiped then.
 */
typedef struct osign_token osign_token;

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
 * `algorithm` is "SHA1" (20 bytes), "SHA256" (32), "SHA384" (48) or "SHA512" (64), and "SHA224" (28) unless the library signs
 * alone; another is OSIGN_INVALID_ARGUMENT.
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
 *     which is normal for osign_oauth1_sign(), and as given for osign_oauth1_authorization();
 *   - "mastercard_form": whether requests have the form that Mastercard's own libraries give them, which is not that of
 *     RFC 5849: the base string has protocol parameters encoded once, the header as they are,
 *     oauth_body_hash is sent whatever the body is, RSA-PSS-SHA256 is called RSA-PSS, and parameters travel by header
 *     alone. A library that signs alone lacks it.
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

/* --- Tokens: access tokens (features http, sqlite) --- */

/**
 * The token itself; "" for NULL.
 */
const char *osign_token_value(const osign_token *token);

/**
 * Its type, such as "Bearer"; "" for a static key, and for NULL.
 */
const char *osign_token_type(const osign_token *token);

/**
 * When it ends, in Unix seconds; 0 when it is not known to end, and for NULL.
 */
int64_t osign_token_expires_at(const osign_token *token);

/**
 * The generation of its grant, for osign_store_refused(): it grows with each refresh. 0 for NULL.
 */
int64_t osign_token_generation(const osign_token *token);

/**
 * Frees a token and wipes it. NULL is allowed.
 */
void osign_token_free(osign_token *token);

/* --- Tokens: requests to send --- */

/**
 * The method, such as "POST"; "" for NULL.
 */
const char *osign_http_request_method(const osign_http_request *request);

/**
 * The whole URL; send exactly this. "" for NULL.
 */
const char *osign_http_request_url(const osign_http_request *request);

/**
 * How many headers there are; 0 for NULL.
 */
size_t osign_http_request_header_count(const osign_http_request *request);

/**
 * The name of a header, such as "Authorization"; the first has the index 0. NULL past the last, and for NULL.
 */
const char *osign_http_request_header_name(const osign_http_request *request,
                                           size_t index);

/**
 * The value of a header. NULL past the last, and for NULL.
 */
const char *osign_http_request_header_value(const osign_http_request *request, size_t index);

/**
 * The body; send exactly this. Its length goes to *len; `len` may be NULL. It is no text and has no NUL at its end. NULL
 * with length 0 when there is none.
 */
const uint8_t *osign_http_request_body(const osign_http_request *request,
                                       size_t *len);

/**
 * The generation of the grant whose token the request carries, for osign_store_refused(); 0 where it is a request for
 * tokens, and for NULL.
 */
int64_t osign_http_request_generation(const osign_http_request *request);

/**
 * Frees a request and wipes it. NULL is allowed.
 */
void osign_http_request_free(osign_http_request *request);

/* --- Tokens: a login of OAuth 1.0a, whose requests the host sends --- */

/**
 * Makes a flow for a consumer of a service. Free it with osign_oauth1_flow_free().
 *
 * `provider` is a service of OAuth 1.0a that osign knows, such as "quickbooks-oauth1"; NULL, or "custom-oauth1", is one of which
 * nothing is known but what osign_oauth1_flow_set() says. Or `profile` is the text of a profile of one's own, and `provider`
 * NULL. OSIGN_UNKNOWN_PROVIDER, OSIGN_INVALID_PROFILE; OSIGN_NOT_CONFIGURED for a service of OAuth 2.0;
 * OSIGN_INVALID_PARAMETER for a consumer key that is empty or holds control characters. `consumer_secret` may be "".
 */
osign_status osign_oauth1_flow_new(const char *provider,
                                   const char *profile,
                                   const char *consumer_key,
                                   const char *consumer_secret,
                                   osign_oauth1_flow **flow,
                                   osign_error **error);

/**
 * Sets what the login goes by, by name. Flags are "true" or "1", "false" or "0"; seconds are digits. A name or a value that is none
 * is OSIGN_INVALID_ARGUMENT, or what the value is refused with. The names:
 *   - "callback": where the browser comes back to, or "oob" where the service shows a code instead;
 *   - "account": the account's host, where the service has one for each; or its id there, where that tells the host;
 *   - "request_token_url", "authorize_url", "access_token_url", "renew_url", "revoke_url": addresses, in place of the profile's;
 *   - "signature_method": as osign_oauth1_signer_set_signature_method() has them; "private_key": of the RSA methods, as PEM;
 *   - "realm"; "transmission": "header", "query" or "body"; "http_method": "POST" or "GET"; "user_agent";
 *   - "callback_in": "authorize" for services of OAuth 1.0, whose callbacks have no verifier, else "request-token";
 *   - "callback_confirmed": whether the first answer must say oauth_callback_confirmed=true, as RFC 5849 section 2.1 has it;
 *   - "send_empty_token", "version", "send_version", "plaintext_nonce", "clock_offset": as of a signer;
 *   - "xauth": whether the service takes a name and a password;
 *   - "allow_insecure_http": whether http will do on this machine, for tests.
 */
osign_status osign_oauth1_flow_set(osign_oauth1_flow *flow,
                                   const char *name,
                                   const char *value,
                                   osign_error **error);

/**
 * The request for temporary credentials (RFC 5849 section 2.1): send it once, as it is. Free it with
 * osign_http_request_free(). It begins a new login; one that was under way is given up.
 *
 * OSIGN_NOT_CONFIGURED where an address or an account is missing; OSIGN_UNTRUSTED_HOST for an address that is not https;
 * OSIGN_INVALID_KEY for an RSA method without a key.
 */
osign_status osign_oauth1_flow_request_temporary(osign_oauth1_flow *flow,
                                                 osign_http_request **request,
                                                 osign_error **error);

/**
 * The answer that comes next says by its header WWW-Authenticate why the service refuses: some do so there alone. Call it before
 * the answer is read, where there is one.
 */
osign_status osign_oauth1_flow_set_challenge(osign_oauth1_flow *flow,
                                             const char *www_authenticate,
                                             osign_error **error);

/**
 * Reads the answer to osign_oauth1_flow_request_temporary(). `content_type` is the answer's Content-Type, or NULL.
 *
 * OSIGN_DENIED where the service refused, with what it says of it; OSIGN_INVALID_ARGUMENT before the request was made;
 * OSIGN_INVALID_ANSWER for what is no form with a token and its secret, each once, or does not confirm the callback.
 */
osign_status osign_oauth1_flow_read_temporary(osign_oauth1_flow *flow,
                                              int http_status,
                                              const char *content_type,
                                              const void *body,
                                              size_t body_len,
                                              osign_error **error);

/**
 * A further parameter of the address where a person agrees, such as "screen_name", "perms" or "scope"; an empty value leaves
 * out what the profile has under that name.
 */
osign_status osign_oauth1_flow_set_parameter(osign_oauth1_flow *flow,
                                             const char *name,
                                             const char *value,
                                             osign_error **error);

/**
 * Writes the address where a person agrees (RFC 5849 section 2.2), for a browser to open.
 */
osign_status osign_oauth1_flow_authorize_url(const osign_oauth1_flow *flow,
                                             char *buf,
                                             size_t cap,
                                             size_t *len,
                                             osign_error **error);

/**
 * Reads what the browser came to: the whole URL, or its query; or the code that the service showed and a person typed, where
 * the callback is none or "oob".
 *
 * OSIGN_FOREIGN_STATE for a callback of another login; OSIGN_DENIED where the person refused; OSIGN_INVALID_ANSWER for what is
 * no callback. The login goes on then: anybody can open a URL.
 */
osign_status osign_oauth1_flow_read_callback(osign_oauth1_flow *flow,
                                             const char *callback,
                                             osign_error **error);

/**
 * The request for token credentials (RFC 5849 section 2.3): send it once, as it is. Free it with osign_http_request_free().
 */
osign_status osign_oauth1_flow_request_token(osign_oauth1_flow *flow,
                                             osign_http_request **request,
                                             osign_error **error);

/**
 * The request for token credentials by a person's name and password, at once, where a service takes them: send it once, as it
 * is. Free it with osign_http_request_free(). OSIGN_NOT_CONFIGURED where the service takes none, by its profile.
 */
osign_status osign_oauth1_flow_request_xauth(osign_oauth1_flow *flow,
                                             const char *user_name,
                                             const char *password,
                                             osign_http_request **request,
                                             osign_error **error);

/**
 * Reads the answer to osign_oauth1_flow_request_token(), or to osign_oauth1_flow_request_xauth(). Free what it brings with
 * osign_oauth1_credentials_free(). Errors are as with osign_oauth1_flow_read_temporary().
 *
 * The temporary credentials are used up when this succeeds, and after OSIGN_DENIED. After another failure the request may be made
 * once more.
 */
osign_status osign_oauth1_flow_read_token(osign_oauth1_flow *flow,
                                          int http_status,
                                          const char *content_type,
                                          const void *body,
                                          size_t body_len,
                                          osign_oauth1_credentials **credentials,
                                          osign_error **error);

/**
 * Writes the login under way as one line of sealed text, to be kept between two web requests, in a session or a cookie: letters,
 * digits, '-', '_' and '.'. osign_oauth1_flow_open() goes on with it, within 24 hours.
 *
 * The key is as osign_store_open() takes it. `context` is a text that opening must say again, such as the identifier of the
 * person's session; the service and the consumer are part of it anyway. The text cannot know that it was used: who must see to
 * that remembers osign_oauth1_flow_id() for a day. Asking for the size draws no randomness.
 */
osign_status osign_oauth1_flow_seal(const osign_oauth1_flow *flow,
                                    const void *key,
                                    size_t key_len,
                                    const char *context,
                                    char *buf,
                                    size_t cap,
                                    size_t *len,
                                    osign_error **error);

/**
 * Goes on with a login that osign_oauth1_flow_seal() wrote, in a flow of the same service and consumer, with the same key and
 * context. Settings are not part of the text: set them as they were.
 *
 * OSIGN_FOREIGN_STATE for what was changed, sealed with another key or for something else, or begun more than 24 hours ago;
 * OSIGN_INVALID_STORE_KEY.
 */
osign_status osign_oauth1_flow_open(osign_oauth1_flow *flow,
                                    const void *key,
                                    size_t key_len,
                                    const char *context,
                                    const char *sealed,
                                    osign_error **error);

/**
 * Writes what tells the login under way from others, and does not tell its token: 16 hexadecimal digits.
 */
osign_status osign_oauth1_flow_id(const osign_oauth1_flow *flow,
                                  char *buf,
                                  size_t cap,
                                  size_t *len,
                                  osign_error **error);

/**
 * Frees a flow and wipes its secrets. NULL is allowed. Requests and credentials that it made live on.
 */
void osign_oauth1_flow_free(osign_oauth1_flow *flow);

/* --- Tokens: what follows a login of OAuth 1.0a --- */

/**
 * Makes a signer of the service's API with the token credentials that the flow has: with the method, key, clock and version that
 * were set or that the service wants, its realm, the hash of a body where it wants one, and Mastercard's form where that is its.
 * Free it with osign_oauth1_signer_free(); it owes the flow nothing, and a renewal does not change it.
 *
 * Where the protocol parameters travel is said of each request, by osign_oauth1_request_set_transmission(): it is no setting of a
 * signer's, and the "transmission" of a flow is that of its own requests. OSIGN_INVALID_ARGUMENT where the flow has no token
 * credentials yet; OSIGN_NOT_CONFIGURED where the realm needs an account that is not known; OSIGN_INVALID_KEY for an RSA method
 * without a key.
 */
osign_status osign_oauth1_flow_signer(const osign_oauth1_flow *flow,
                                      osign_oauth1_signer **signer,
                                      osign_error **error);

/**
 * Goes on with token credentials of an earlier login, for osign_oauth1_flow_signer(), osign_oauth1_flow_request_renewal() and
 * osign_oauth1_flow_request_disconnect(). `session_handle` is osign_oauth1_credentials_session_handle(), or NULL.
 */
osign_status osign_oauth1_flow_set_credentials(osign_oauth1_flow *flow,
                                               const char *token,
                                               const char *token_secret,
                                               const char *session_handle,
                                               osign_error **error);

/**
 * The request that gives the token a longer life, where the service has one: send it once, as it is. Free it with
 * osign_http_request_free(). OSIGN_NOT_CONFIGURED where its address is not known.
 */
osign_status osign_oauth1_flow_request_renewal(osign_oauth1_flow *flow,
                                               osign_http_request **request,
                                               osign_error **error);

/**
 * Reads the answer to osign_oauth1_flow_request_renewal(): the credentials from now on, which are the same where the service lets
 * the token live on. Free them with osign_oauth1_credentials_free(). Errors are as with osign_oauth1_flow_read_temporary().
 */
osign_status osign_oauth1_flow_read_renewal(osign_oauth1_flow *flow,
                                            int http_status,
                                            const char *content_type,
                                            const void *body,
                                            size_t body_len,
                                            osign_oauth1_credentials **credentials,
                                            osign_error **error);

/**
 * The request that ends the token, where the service has one: send it once, as it is. Free it with osign_http_request_free().
 * OSIGN_NOT_CONFIGURED where its address is not known.
 */
osign_status osign_oauth1_flow_request_disconnect(osign_oauth1_flow *flow,
                                                  osign_http_request **request,
                                                  osign_error **error);

/**
 * Reads the answer to osign_oauth1_flow_request_disconnect(): on success the token is good no more. Errors are as with
 * osign_oauth1_flow_read_temporary().
 */
osign_status osign_oauth1_flow_read_disconnect(osign_oauth1_flow *flow,
                                               int http_status,
                                               const char *content_type,
                                               const void *body,
                                               size_t body_len,
                                               osign_error **error);

/* --- Tokens: what a login of OAuth 1.0a brings --- */

/**
 * The token; "" for NULL.
 */
const char *osign_oauth1_credentials_token(const osign_oauth1_credentials *credentials);

/**
 * The token's secret, which some services leave empty; "" for NULL.
 */
const char *osign_oauth1_credentials_token_secret(const osign_oauth1_credentials *credentials);

/**
 * What renews the token, where the service sends something for that; "" where it does not, and for NULL.
 */
const char *osign_oauth1_credentials_session_handle(const osign_oauth1_credentials *credentials);

/**
 * The account's host, where the service has one for each; "" where it has not, and for NULL.
 */
const char *osign_oauth1_credentials_account(const osign_oauth1_credentials *credentials);

/**
 * The seconds that the token lives from when it was asked for; 0 where it is not known to end, and for NULL.
 */
int64_t osign_oauth1_credentials_expires_in(const osign_oauth1_credentials *credentials);

/**
 * The seconds that the whole authorization lives, renewed or not; 0 where it is not known to end, and for NULL.
 */
int64_t osign_oauth1_credentials_authorization_expires_in(const osign_oauth1_credentials *credentials);

/**
 * A field of the answer or of the callback, such as "user_id", "screen_name" or "realmId"; NULL where there is none of that name,
 * and for NULL. What a profile does not keep may be anything, also secret.
 */
const char *osign_oauth1_credentials_field(const osign_oauth1_credentials *credentials,
                                           const char *name);

/**
 * Every field as one JSON object of texts, "oauth_token" and "oauth_token_secret" among them: it is as secret as they are. ""
 * for NULL.
 */
const char *osign_oauth1_credentials_json(const osign_oauth1_credentials *credentials);

/**
 * Frees credentials and wipes them. NULL is allowed.
 */
void osign_oauth1_credentials_free(osign_oauth1_credentials *credentials);

/* --- Tokens: what NetSuite signs beside requests --- */

/**
 * Writes the signature of a `tokenPassport` of NetSuite's SOAP web services, with HMAC-SHA256 as its algorithm: base64, of 44
 * characters. It is not of RFC 5849, since it signs no request.
 *
 * The password of SuiteAnalytics Connect joins account, consumer key, token, nonce, timestamp, this, and "HMAC-SHA256" by '&'. A
 * sandbox's account is written as in "1234567_SB1". Nonce and timestamp are those that are sent along: the first 20 characters of
 * osign_nonce(), and osign_timestamp(). An empty nonce, and text with control characters, are OSIGN_INVALID_PARAMETER; a timestamp
 * that is not positive is OSIGN_INVALID_ARGUMENT.
 */
osign_status osign_oauth1_netsuite_passport(const char *account,
                                            const char *consumer_key,
                                            const char *consumer_secret,
                                            const char *token,
                                            const char *token_secret,
                                            const char *nonce,
                                            int64_t timestamp,
                                            char *buf,
                                            size_t cap,
                                            size_t *len,
                                            osign_error **error);

/* --- Tokens: how a store is opened --- */

/**
 * Makes options of which nothing is set. Free them with osign_store_options_free().
 */
osign_status osign_store_options_new(osign_store_options **options, osign_error **error);

/**
 * Sets an option. A name or a value that is none is OSIGN_INVALID_ARGUMENT. The names:
 *   - "key": the line that osign_store_key_new() or `osign key new` writes; or
 *   - "passphrase": at least 12 bytes, of which Argon2id makes the key. That takes a moment and 64 MiB each time a store is
 *     opened. Set one of the two, and not both;
 *   - "old_key" or "old_passphrase": what opened the store before, while its key is changed: see osign_store_rekey();
 *   - "environment": a text that tells this environment from others. Without it the machine and the store's path do, and a
 *     store that was moved is quarantined until osign_store_adopt();
 *   - "anchors": the folder where the number of commits is noted, by which a store that was restored from a backup is noticed;
 *     without it OSIGN_ANCHORS of the environment, or a folder of the user's;
 *   - "beside": the folder for new tokens, sealed, that a store at a server or in a program's own table did not take, until it
 *     does; without it a folder of the user's. SQLite has its own, beside the database;
 *   - "ca_file": a PEM file of certificate authorities that the built-in HTTP client trusts beside the system's;
 *   - "proxy": the address of a proxy for the built-in HTTP client, such as http://user:password@proxy:3128; without it
 *     HTTPS_PROXY and its kin of the environment tell of one;
 *   - "patience": for how many seconds a call waits at most for others who renew the same grant, and for a service that asks
 *     to: 30, unless set.
 */
osign_status osign_store_options_set(osign_store_options *options,
                                     const char *name,
                                     const char *value,
                                     osign_error **error);

/**
 * Frees options and wipes their secrets. NULL is allowed. The stores that were opened with them live on.
 */
void osign_store_options_free(osign_store_options *options);

/* --- Tokens: stores, and what they hand out --- */

/**
 * Writes a new key into the caller's buffer: one line of text, without a line break, as `osign key new` writes it. Keep it
 * where the store is not: whoever has both has the tokens, and without the key nobody has. Asking for the size draws no
 * randomness.
 */
osign_status osign_store_key_new(char *buf,
                                 size_t cap,
                                 size_t *len,
                                 osign_error **error);

/**
 * Opens a store. Free it with osign_store_free().
 *
 * `url` is "sqlite:PATH"; or, for several hosts, "postgresql://USER@HOST/DATABASE", where `make build` has not left the feature
 * `postgres` out. A store that is not there is OSIGN_STORE_UNUSABLE: make it with osign_store_create(). `key` is the line that
 * osign_store_key_new() writes, with or without white space around it, or 32 raw bytes; anything else is
 * OSIGN_INVALID_STORE_KEY. A key that is another than the store's is found out with the first grant: OSIGN_WRONG_STORE_KEY. A
 * store that is a copy, or was restored, is OSIGN_QUARANTINED then, until osign_store_adopt().
 */
osign_status osign_store_open(const char *url,
                              const void *key,
                              size_t key_len,
                              osign_store **store,
                              osign_error **error);

/**
 * The same with options, which have the key or a passphrase.
 */
osign_status osign_store_open_with(const char *url,
                                   const osign_store_options *options,
                                   osign_store **store,
                                   osign_error **error);

/**
 * Makes a store where there is none, and opens it; all as with osign_store_open(). Where there is one it is
 * OSIGN_STORE_UNUSABLE, and nothing has changed. The database is a file of this user's alone; beside it lie, later, its
 * write-ahead log and a folder of locks.
 */
osign_status osign_store_create(const char *url,
                                const void *key,
                                size_t key_len,
                                osign_store **store,
                                osign_error **error);

/**
 * The same with options, which have the key or a passphrase.
 */
osign_status osign_store_create_with(const char *url,
                                     const osign_store_options *options,
                                     osign_store **store,
                                     osign_error **error);

/**
 * Frees a store: closes its database and wipes its key. NULL is allowed. No thread may be using it. Tokens, requests and
 * reports that came of it live on.
 */
void osign_store_free(osign_store *store);

/**
 * An access token, or a static key, that lives on for `min_validity` seconds at least; renewed when it must be, by the HTTP
 * client that is built in. Free it with osign_token_free().
 *
 * 0 takes any token that lives. Of a token's life half at most can be asked for. Call it for each request: as long as the
 * token is good, that costs some microseconds.
 *
 * A grant of OAuth 1.0a has none to hand out: OSIGN_NOT_CONFIGURED, and osign_store_authorize() signs under it.
 *
 * OSIGN_UNKNOWN_GRANT; OSIGN_NEEDS_LOGIN where a person must log in; OSIGN_TRY_LATER where there is none right now: the service
 * cannot be reached, or another process renews it for longer than this one waits; OSIGN_CONFIGURATION_REFUSED where the
 * service does not take the client.
 */
osign_status osign_store_access_token(const osign_store *store,
                                      const char *grant,
                                      int64_t min_validity,
                                      osign_token **token,
                                      osign_error **error);

/**
 * A service turned down the token of this generation, by this HTTP status: it is renewed, unless it has been meanwhile. On
 * success osign_store_access_token() has a good one. Tell it once for each answer that osign_store_is_expired() says yes of,
 * and send the request once more.
 *
 * OSIGN_INVALID_ARGUMENT for a generation that is yet to come; OSIGN_TRY_LATER for a status that says no such thing, and where
 * the token has just been renewed for the same reason, so that another does not help; otherwise as
 * osign_store_access_token().
 */
osign_status osign_store_refused(const osign_store *store,
                                 const char *grant,
                                 int64_t generation,
                                 int http_status,
                                 osign_error **error);

/**
 * Whether an answer of the service's API says that the token has ended: by its status, and with some services by its body.
 * *expired is 0 for no. A static key never is, nor a token of OAuth 1.0a: nobody can renew it.
 *
 * `body` may be (NULL, 0) where it is not at hand.
 */
osign_status osign_store_is_expired(const osign_store *store,
                                    const char *grant,
                                    int http_status,
                                    const void *body,
                                    size_t body_len,
                                    int32_t *expired,
                                    osign_error **error);

/**
 * The request as it must be sent under a grant of whatever kind: signed, or with its bearer token, or with its key. Free it with
 * osign_http_request_free().
 *
 * A grant of OAuth 1.0a signs the method, the URL, and the body where that takes part: send exactly what comes back, once. A
 * token lives on for 30 seconds at least, and is renewed when it must be, as by osign_store_access_token(). `url` must
 * be one of the service's API: another host, and http without the grant's leave, is OSIGN_UNTRUSTED_HOST before anything
 * is sent. `content_type` and body are the request's; both NULL where it has none, and a body without a type is sent as
 * application/octet-stream.
 */
osign_status osign_store_authorize(const osign_store *store,
                                   const char *grant,
                                   const char *method,
                                   const char *url,
                                   const char *content_type,
                                   const void *body,
                                   size_t body_len,
                                   osign_http_request **request,
                                   osign_error **error);

/* --- Tokens: logins --- */

/**
 * Begins a login: makes the address where a person agrees (RFC 6749 section 4.1.1, RFC 7636). Free it with
 * osign_oauth2_login_free().
 *
 * A grant of OAuth 1.0a has its login begun as well: its temporary credentials are asked for first (RFC 5849 section 2.1), by the
 * HTTP client that is built in, and are kept as the state is. What the service does not take is an error of the 500 family then,
 * and OSIGN_TRY_LATER where it cannot be reached.
 *
 * `account` is the account's host, where the service has one for each and the grant does not name it; else NULL. A login that
 * was begun before can no longer be finished. As long as nobody finishes this one, the grant goes on as it was.
 */
osign_status osign_oauth2_login_begin(const osign_store *store,
                                      const char *grant,
                                      const char *account,
                                      osign_oauth2_login **login,
                                      osign_error **error);

/**
 * The URL to open in the person's browser; "" for NULL. It is valid until the login is freed.
 */
const char *osign_oauth2_login_url(const osign_oauth2_login *login);

/**
 * Frees a login. NULL is allowed. It can still be finished.
 */
void osign_oauth2_login_free(osign_oauth2_login *login);

/**
 * Finishes a login with what the browser came to: the whole URL, or its query; or, where the callback of a grant of OAuth 1.0a is
 * "oob", the code that the service showed. On success the grant has its tokens.
 *
 * OSIGN_FOREIGN_STATE for a callback of another login; OSIGN_DENIED where the person refused; OSIGN_INVALID_ANSWER for what
 * is no callback; the 600 family where no login has begun, and where the service does not take the code. The grant is as it
 * was then. Each code is sent once, ever.
 */
osign_status osign_oauth2_login_finish(const osign_store *store,
                                       const char *grant,
                                       const char *callback,
                                       osign_error **error);

/**
 * Exchanges a code that came in another way than by a callback: some services show it to the person. `account` is as with
 * osign_oauth2_login_begin(). On success the grant has its tokens.
 */
osign_status osign_oauth2_login_exchange(const osign_store *store,
                                         const char *grant,
                                         const char *code,
                                         const char *account,
                                         osign_error **error);

/* --- Tokens: a refresh whose requests the host sends --- */

/**
 * Begins a refresh, as osign_store_access_token() does; but nothing is sent. Free it with osign_refresh_free().
 *
 * Then go by its state, until it is OSIGN_REFRESH_TOKEN or a call fails:
 *   - OSIGN_REFRESH_SEND: send osign_refresh_request() once, within 30 seconds, and tell what came of it, by one of
 *     osign_refresh_answer(), osign_refresh_cut(), osign_refresh_not_sent() and osign_refresh_lost();
 *   - OSIGN_REFRESH_WAIT: wait for osign_refresh_wait_milliseconds(), then call osign_refresh_waited();
 *   - OSIGN_REFRESH_TOKEN: take osign_refresh_token(). As long as a token is good, that is the state at once.
 *
 * Errors are those of osign_store_access_token(): OSIGN_NEEDS_LOGIN, OSIGN_TRY_LATER and so on.
 */
osign_status osign_refresh_begin(const osign_store *store,
                                 const char *grant,
                                 int64_t min_validity,
                                 osign_refresh **refresh,
                                 osign_error **error);

/**
 * The same where a service turned down the token of this generation, by this HTTP status; see osign_store_refused().
 */
osign_status osign_refresh_begin_refused(const osign_store *store,
                                         const char *grant,
                                         int64_t generation,
                                         int http_status,
                                         osign_refresh **refresh,
                                         osign_error **error);

/**
 * The same for the code of a login, with what the browser came to; see osign_oauth2_login_finish(), whose errors it has. Of a
 * grant of OAuth 1.0a it is OSIGN_NOT_CONFIGURED: osign_oauth2_login_finish() sends for that.
 */
osign_status osign_refresh_begin_login(const osign_store *store,
                                       const char *grant,
                                       const char *callback,
                                       osign_refresh **refresh,
                                       osign_error **error);

/**
 * What is to be done: OSIGN_REFRESH_TOKEN, OSIGN_REFRESH_SEND, OSIGN_REFRESH_WAIT; or OSIGN_REFRESH_ENDED after an error,
 * and for NULL.
 */
int32_t osign_refresh_state(const osign_refresh *refresh);

/**
 * The request to send, once, as it is. Free it with osign_http_request_free(). OSIGN_INVALID_ARGUMENT unless the state is
 * OSIGN_REFRESH_SEND.
 *
 * The lock of the grant is held by now, and others wait for what comes of the request: looking up the service's name counts
 * towards the 30 seconds. A host whose look-ups can take long has its connection to the service, or its address, ready before
 * osign_refresh_begin(). Where it cannot connect, osign_refresh_not_sent() costs nothing.
 */
osign_status osign_refresh_request(const osign_refresh *refresh,
                                   osign_http_request **request,
                                   osign_error **error);

/**
 * The answer that comes next asked to wait for so many seconds: the Retry-After of its headers (RFC 9110 section 10.2.3).
 * Call it before osign_refresh_answer(), where there is one. OSIGN_INVALID_ARGUMENT for less than 0.
 */
osign_status osign_refresh_set_retry_after(osign_refresh *refresh,
                                           int64_t seconds,
                                           osign_error **error);

/**
 * An answer came, whole, whatever its status: it is read, and a new token is durable when this returns. `content_type` is
 * the answer's Content-Type, or NULL; one that is not UTF-8 is taken for none. A status that is none, outside 100 to 999, is
 * no reason to turn an answer down that the service gives once: it is kept, for a person, with what osign_refresh_lost() does.
 *
 * When it fails the refresh is over, and what the error says is noted with the grant: OSIGN_NEEDS_LOGIN, OSIGN_TRY_LATER,
 * OSIGN_CONFIGURATION_REFUSED, OSIGN_NOT_SAVED. OSIGN_INVALID_ARGUMENT where no request is under way, and OSIGN_NULL_ARGUMENT:
 * nothing has changed then, and it may be called again. Afterwards the state says how it goes on; it may ask to send again.
 */
osign_status osign_refresh_answer(osign_refresh *refresh,
                                  int http_status,
                                  const char *content_type,
                                  const void *body,
                                  size_t body_len,
                                  osign_error **error);

/**
 * An answer came, and broke off: this much of it is there. Where that is enough, as when a JSON object is closed, it is read
 * like a whole one; else it is kept, for a person, with what osign_refresh_lost() does. Otherwise all is as with
 * osign_refresh_answer().
 */
osign_status osign_refresh_cut(osign_refresh *refresh,
                               int http_status,
                               const char *content_type,
                               const void *body,
                               size_t body_len,
                               osign_error **error);

/**
 * Nothing of the request can have reached the service: no name, no connection, no TLS. Errors are as with
 * osign_refresh_answer(), mostly OSIGN_TRY_LATER.
 */
osign_status osign_refresh_not_sent(osign_refresh *refresh,
                                    osign_error **error);

/**
 * The request may have reached the service, and no answer came: say so in every case of doubt; of an answer that broke off,
 * osign_refresh_cut() says more. What the
 * service's rules allow is done next; the state says what. Errors are as with osign_refresh_answer().
 */
osign_status osign_refresh_lost(osign_refresh *refresh,
                                osign_error **error);

/**
 * For how many milliseconds to wait from now on; 0 where the state is not OSIGN_REFRESH_WAIT, and for NULL.
 */
int64_t osign_refresh_wait_milliseconds(const osign_refresh *refresh);

/**
 * The wait is over. Errors are as with osign_refresh_answer(). OSIGN_INVALID_ARGUMENT unless the state is OSIGN_REFRESH_WAIT.
 */
osign_status osign_refresh_waited(osign_refresh *refresh,
                                  osign_error **error);

/**
 * The token. Free it with osign_token_free(). OSIGN_INVALID_ARGUMENT unless the state is OSIGN_REFRESH_TOKEN.
 */
osign_status osign_refresh_token(const osign_refresh *refresh,
                                 osign_token **token,
                                 osign_error **error);

/**
 * Frees a refresh and wipes it. NULL is allowed. One whose request is under way counts as lost; the grant's lock is given
 * back.
 */
void osign_refresh_free(osign_refresh *refresh);

/* --- Tokens: grants to come --- */

/**
 * Makes a grant of which nothing is set. Free it with osign_grant_free().
 */
osign_status osign_grant_new(osign_grant **grant, osign_error **error);

/**
 * Sets what has this name. Flags are "true" or "1", "false" or "0"; times are digits. A name or a value that is none is
 * OSIGN_INVALID_ARGUMENT; whether it all goes together is seen when the grant is added. The names:
 *   - "kind": "code" (a person logs in), "client-credentials", "static" (a key that nobody renews) or "oauth1" (each request is
 *     signed); the service tells all but "static" apart;
 *   - "provider": a service that osign knows, such as "amocrm", or "custom", of which the addresses below say all; or "profile":
 *     the text of a profile of one's own;
 *   - "client_id", "client_secret", "redirect_uri", "scope": as they are registered with the service;
 *   - "consumer_key", "consumer_secret", "callback": the same of OAuth 1.0a, where a callback of "oob" has the service show the
 *     person a code; "private_key": in PEM, for the RSA methods; "token", "token_secret": credentials that there are already,
 *     so that nobody logs in, and an empty token where the service has none;
 *   - "account": the account's host, where the service has one for each; or its id there, where that tells the host;
 *   - "authorize_url", "token_url", "refresh_url", "revoke_url", "rotation", "user_agent", "pkce": in place of what the service's
 *     profile says; of OAuth 1.0a "request_token_url", "access_token_url", "renew_url", "signature_method", "realm",
 *     "transmission", "http_method", "callback_in", "callback_confirmed", "send_empty_token";
 *   - "authorize_parameter": of OAuth 1.0a, one more parameter of the address where a person agrees, as NAME=VALUE, such as
 *     "perms=write"; an empty value leaves out one of the profile's; may be set more than once;
 *   - "api_origin": an origin (scheme and host) that the token may be sent to; may be set more than once;
 *   - "allow_insecure_http": whether http will do on this machine, for tests;
 *   - "secret": the static key itself; "header": where it goes, such as "X-Api-Key: {}", unless it is "Authorization: Bearer {}";
 *     or "query": the parameter of the query that it goes into; "expires_at": when it ends, in Unix seconds.
 */
osign_status osign_grant_set(osign_grant *grant,
                             const char *name,
                             const char *value,
                             osign_error **error);

/**
 * Frees a grant to come and wipes its secrets. NULL is allowed. What was added of it lives on.
 */
void osign_grant_free(osign_grant *grant);

/* --- Tokens: the grants of a store --- */

/**
 * Adds a grant under this name: 1 to 100 letters and digits of any language, with '-', '_', '.' and '@' between them; another
 * name is OSIGN_INVALID_ARGUMENT. OSIGN_GRANT_EXISTS where there is one already.
 *
 * What is missing or does not go together is said now: OSIGN_NOT_CONFIGURED, OSIGN_UNKNOWN_PROVIDER, OSIGN_INVALID_PROFILE,
 * OSIGN_INVALID_ARGUMENT. A grant of the kind "code" needs a login from here on; others are good at once.
 */
osign_status osign_store_add(const osign_store *store,
                             const char *name,
                             const osign_grant *grant,
                             osign_error **error);

/**
 * Puts a grant in the place of another of this name, or adds it. A new secret or address of the same client costs nobody a
 * login.
 */
osign_status osign_store_replace(const osign_store *store,
                                 const char *name,
                                 const osign_grant *grant,
                                 osign_error **error);

/**
 * Removes a grant from the store. At the service it lives on: see osign_store_revoke().
 */
osign_status osign_store_remove(const osign_store *store, const char *grant, osign_error **error);

/**
 * Gives a grant another name. OSIGN_GRANT_EXISTS where there is one of the new name.
 */
osign_status osign_store_rename(const osign_store *store,
                                const char *grant,
                                const char *new_name,
                                osign_error **error);

/**
 * Asks the service for a longer life of the token of a grant of OAuth 1.0a, where it gives one: the same token lives on, or another
 * is kept in its place. It signs what follows; nothing is handed out. All else is renewed by itself.
 *
 * OSIGN_NOT_CONFIGURED for a grant of another kind, and where no address for that is known; OSIGN_DENIED where the service
 * refused, with what it says of it; OSIGN_INVALID_ANSWER for an answer that is none; OSIGN_TRY_LATER where the service was not
 * reached, and, with the reason "too-early", where it renews in the last days of a token's life alone, which are still to come;
 * OSIGN_NEEDS_LOGIN where nobody has logged in, and, with the reason "renewal-lost", where an answer was lost or unreadable that
 * may have had another token. The grant is as it was then. OSIGN_NOT_SAVED where the store did not take the new credentials:
 * they lie beside it, sealed, and the next call that can write takes them in; with the reason "not-kept" they are gone.
 */
osign_status osign_store_renew(const osign_store *store,
                               const char *grant,
                               osign_error **error);

/**
 * Revokes a grant for good: at the service, where that has a way (RFC 7009), and here. *told is 0 where the service has
 * none, or was not told of tokens that lie beside the store as well; `told` may be NULL. OSIGN_TRY_LATER where the service was not reached or cannot be told, and nothing has changed then:
 * osign_store_revoke_here() is left.
 */
osign_status osign_store_revoke(const osign_store *store,
                                const char *grant,
                                int32_t *told,
                                osign_error **error);

/**
 * Revokes a grant for good here alone: at the service it lives on, until somebody ends it there. Nobody is asked, and nothing that
 * lies beside the store comes back.
 */
osign_status osign_store_revoke_here(const osign_store *store,
                                     const char *grant,
                                     osign_error **error);

/**
 * Goes on with what is quarantined: a grant that was imported, or with `grant` NULL the whole store, which was moved, copied
 * or restored. Where the store that it was copied from goes on too, the first refresh of either can end the other's grants:
 * adopt one alone.
 */
osign_status osign_store_adopt(const osign_store *store,
                               const char *grant,
                               osign_error **error);

/**
 * Changes the store's key: seals anew, with the key that the store was opened with, what the option "old_key" or
 * "old_passphrase" opens. *count is how many grants that were; `count` may be NULL. It waits for whoever renews a grant, and
 * where it is interrupted it goes on when it is called again.
 *
 * So that no process is ever without the key it needs, open the store everywhere with the new key and the old one first; then
 * call this once; then leave the old one out. Keep it for old backups. A grant that opens with neither is
 * OSIGN_WRONG_STORE_KEY; one whose record is damaged stays as it is.
 */
osign_status osign_store_rekey(const osign_store *store,
                               int64_t *count,
                               osign_error **error);

/**
 * Copies the store to a file that is not there yet; other processes go on meanwhile. The key is not in it. A copy is
 * quarantined where it is opened, until osign_store_adopt(). OSIGN_STORE_UNUSABLE where the file cannot be made, or is there;
 * a store in PostgreSQL is copied by the server's own tools.
 */
osign_status osign_store_backup(const osign_store *store,
                                const char *path,
                                osign_error **error);

/* --- Tokens: from store to store --- */

/**
 * A grant as one line of sealed text, to be taken in by another store. Free it with osign_bundle_free().
 *
 * `purpose` is "move", or "backup" for one that goes on here. It is sealed with a key, as osign_store_open() takes it, where
 * `passphrase` is NULL; or by a passphrase of at least 12 bytes, where the key is (NULL, 0).
 *
 * To move a grant: export it, bring the text to where it belongs, and when it is there call osign_store_exported(), which
 * takes the secrets out of this store; then osign_store_import() and osign_store_adopt() there. Until then the grant
 * goes on here.
 */
osign_status osign_store_export(const osign_store *store,
                                const char *grant,
                                const char *purpose,
                                const void *key,
                                size_t key_len,
                                const char *passphrase,
                                osign_bundle **bundle,
                                osign_error **error);

/**
 * The text; "" for NULL. It is valid until the bundle is freed.
 */
const char *osign_bundle_text(const osign_bundle *bundle);

/**
 * The revision of the record that it was made of, for osign_store_exported(); 0 for NULL.
 */
int64_t osign_bundle_revision(const osign_bundle *bundle);

/**
 * Frees a bundle. NULL is allowed.
 */
void osign_bundle_free(osign_bundle *bundle);

/**
 * The text of this revision is safe where it belongs: the grant goes on there, and its secrets are taken out of this
 * store. OSIGN_TRY_LATER where the grant was renewed or changed meanwhile: the text is of no use then, and it must be exported again.
 */
osign_status osign_store_exported(const osign_store *store,
                                  const char *grant,
                                  int64_t revision,
                                  osign_error **error);

/**
 * Takes in a grant that was exported, under this name, or under its own where `grant` is NULL. It is used once
 * osign_store_adopt() was told so. Key and passphrase are those that it was sealed with: OSIGN_WRONG_STORE_KEY for others.
 */
osign_status osign_store_import(const osign_store *store,
                                const char *bundle_text,
                                const void *key,
                                size_t key_len,
                                const char *passphrase,
                                const char *grant,
                                osign_error **error);

/* --- Tokens: reports --- */

/**
 * All of one grant, as an object; or with `grant` NULL all grants, as an array of objects with fewer fields, sorted by
 * name. Free it with osign_report_free().
 *
 * The fields of both: "grant", "provider", "kind", "status" ("not logged in", "active", "needs login", "revoked", "exported",
 * "imported"; in the array also "damaged", with a "message"), "account", "generation", "expires_at", "refresh_expires_at",
 * "authorization_expires_at". Of one alone: "client_id", "redirect_uri", "consumer_key", "callback", "scope", "token_type",
 * "place", "obtained_at", "refused_since", "refused_with", "not_before", "failures", "last_error", "unread_answer_since",
 * "sending_since", "sending_by", "key_id", "kept".
 * What is not known is null. More fields may come.
 */
osign_status osign_store_list(const osign_store *store,
                              const char *grant,
                              osign_report **report,
                              osign_error **error);

/**
 * What in all grants needs a person, or ends within `warn` seconds, as an array of objects; "[]" where all is well. Free it
 * with osign_report_free().
 *
 * The fields: "grant", "what" ("not-logged-in", "needs-login", "imported", "idle", "grant-ends", "token-ends" (which
 * osign_store_renew() mends), "key-ends", "failing", or the reason why a record cannot be read), "urgent" (whether a person must act now), "ends_at", "said" (by the service).
 */
osign_status osign_store_check(const osign_store *store,
                               int64_t warn,
                               osign_report **report,
                               osign_error **error);

/**
 * The last lines of a grant's history, at most so many, the newest first, as an array of objects; "[]" where there is none.
 * Free it with osign_report_free().
 *
 * The fields: "at", "generation", "event" (such as "added", "logged-in", "refreshed", "turned-down", "revoked"), "detail",
 * "owner" (the process).
 */
osign_status osign_store_history(const osign_store *store,
                                 const char *grant,
                                 size_t most,
                                 osign_report **report,
                                 osign_error **error);

/**
 * What there is to know of the store itself, as an object. Free it with osign_report_free().
 *
 * The fields: "path", "host" and "database" of a server's, "locks" (the folder), "anchor" (the file by which a restored copy is
 * noticed), "schema", "id", "grants" and "commits" (numbers), "quarantine" ("moved" or "restored" until osign_store_adopt()),
 * "not_saved" (the names of grants whose new tokens lie beside the store). What is not known, or is not so, is null.
 */
osign_status osign_store_info(const osign_store *store,
                              osign_report **report,
                              osign_error **error);

/**
 * The report as one line of JSON in UTF-8; "" for NULL. It is valid until the report is freed.
 */
const char *osign_report_json(const osign_report *report);

/**
 * Frees a report. NULL is allowed.
 */
void osign_report_free(osign_report *report);

/* --- Tokens: in a table of the host's own, in steps --- */

/**
 * Makes one. Free it with osign_hosted_free().
 *
 * `id` tells this table from others, such as an infobase's id: 1 to 200 characters, and always the same, since every record is
 * bound to it. `options` have the key or a passphrase, as for osign_store_open_with(); "environment" tells a copy of the
 * table from the original, and without it a copy is not noticed. "ca_file" has no meaning here.
 */
osign_status osign_hosted_new(const char *id,
                              const osign_store_options *options,
                              osign_hosted **hosted,
                              osign_error **error);

/**
 * Frees it, and wipes its key. NULL is allowed. No thread may be using it. Works that were begun with it go on.
 */
void osign_hosted_free(osign_hosted *hosted);

/**
 * Begins a work whose result is a token: osign_hosted_work_token(). As osign_store_access_token(). Free it, as all works, with
 * osign_hosted_work_free().
 *
 * A work goes on by its steps; see osign_hosted_work_step(). What is wrong with arguments is said at once; all else by the call
 * after which the work has ended.
 */
osign_status osign_hosted_access_token(const osign_hosted *hosted,
                                       const char *grant,
                                       int64_t min_validity,
                                       osign_hosted_work **work,
                                       osign_error **error);

/**
 * Begins a work whose result is another token than the one that a service turned down, by its generation and an HTTP status. As
 * osign_store_refused().
 */
osign_status osign_hosted_refused(const osign_hosted *hosted,
                                  const char *grant,
                                  int64_t generation,
                                  int http_status,
                                  osign_hosted_work **work,
                                  osign_error **error);

/**
 * Begins a work whose result is a number: 1 where an answer of the service's API says that the token has ended, else 0. As
 * osign_store_is_expired().
 */
osign_status osign_hosted_is_expired(const osign_hosted *hosted,
                                     const char *grant,
                                     int http_status,
                                     const void *body,
                                     size_t body_len,
                                     osign_hosted_work **work,
                                     osign_error **error);

/**
 * Begins a work whose result is a request as it must be sent: osign_hosted_work_authorized(). As osign_store_authorize().
 */
osign_status osign_hosted_authorize(const osign_hosted *hosted,
                                    const char *grant,
                                    const char *method,
                                    const char *url,
                                    const char *content_type,
                                    const void *body,
                                    size_t body_len,
                                    osign_hosted_work **work,
                                    osign_error **error);

/**
 * Begins a work whose result is a text: the address where a person agrees. As osign_oauth2_login_begin().
 */
osign_status osign_hosted_login_begin(const osign_hosted *hosted,
                                      const char *grant,
                                      const char *account,
                                      osign_hosted_work **work,
                                      osign_error **error);

/**
 * Begins a work whose result is a token: a login is finished with what the browser came to. As osign_oauth2_login_finish().
 */
osign_status osign_hosted_login_finish(const osign_hosted *hosted,
                                       const char *grant,
                                       const char *callback,
                                       osign_hosted_work **work,
                                       osign_error **error);

/**
 * Begins a work whose result is a token: a code is exchanged that came in another way. As osign_oauth2_login_exchange().
 */
osign_status osign_hosted_login_exchange(const osign_hosted *hosted,
                                         const char *grant,
                                         const char *code,
                                         const char *account,
                                         osign_hosted_work **work,
                                         osign_error **error);

/**
 * Begins a work that adds a grant. As osign_store_add().
 */
osign_status osign_hosted_add(const osign_hosted *hosted,
                              const char *name,
                              const osign_grant *grant,
                              osign_hosted_work **work,
                              osign_error **error);

/**
 * Begins a work that puts a grant in the place of another. As osign_store_replace().
 */
osign_status osign_hosted_replace(const osign_hosted *hosted,
                                  const char *name,
                                  const osign_grant *grant,
                                  osign_hosted_work **work,
                                  osign_error **error);

/**
 * Begins a work that asks for a longer life of the token of a grant of OAuth 1.0a. As osign_store_renew().
 */
osign_status osign_hosted_renew(const osign_hosted *hosted,
                                const char *grant,
                                osign_hosted_work **work,
                                osign_error **error);

/**
 * Begins a work that revokes a grant; its result is a number: 1 where the service was told. As osign_store_revoke().
 */
osign_status osign_hosted_revoke(const osign_hosted *hosted,
                                 const char *grant,
                                 osign_hosted_work **work,
                                 osign_error **error);

/**
 * Begins a work that revokes a grant here alone. As osign_store_revoke_here().
 */
osign_status osign_hosted_revoke_here(const osign_hosted *hosted,
                                      const char *grant,
                                      osign_hosted_work **work,
                                      osign_error **error);

/**
 * Begins a work that removes a grant. As osign_store_remove().
 */
osign_status osign_hosted_remove(const osign_hosted *hosted,
                                 const char *grant,
                                 osign_hosted_work **work,
                                 osign_error **error);

/**
 * Begins a work that gives a grant another name. As osign_store_rename().
 */
osign_status osign_hosted_rename(const osign_hosted *hosted,
                                 const char *grant,
                                 const char *new_name,
                                 osign_hosted_work **work,
                                 osign_error **error);

/**
 * Begins a work whose result is a text, a grant as one sealed line, and a number, the revision that it was made of. As
 * osign_store_export().
 */
osign_status osign_hosted_export(const osign_hosted *hosted,
                                 const char *grant,
                                 const char *purpose,
                                 const void *key,
                                 size_t key_len,
                                 const char *passphrase,
                                 osign_hosted_work **work,
                                 osign_error **error);

/**
 * Begins a work that takes the secrets of an exported grant out of the table. As osign_store_exported().
 */
osign_status osign_hosted_exported(const osign_hosted *hosted,
                                   const char *grant,
                                   int64_t revision,
                                   osign_hosted_work **work,
                                   osign_error **error);

/**
 * Begins a work that takes in a grant that was exported; its result is a text: the grant's name here. As osign_store_import().
 */
osign_status osign_hosted_import(const osign_hosted *hosted,
                                 const char *bundle_text,
                                 const void *key,
                                 size_t key_len,
                                 const char *passphrase,
                                 const char *grant,
                                 osign_hosted_work **work,
                                 osign_error **error);

/**
 * Begins a work that goes on with what is quarantined: a grant, or with `grant` NULL all of them. As osign_store_adopt().
 */
osign_status osign_hosted_adopt(const osign_hosted *hosted,
                                const char *grant,
                                osign_hosted_work **work,
                                osign_error **error);

/**
 * Begins a work that changes the store's key, whose result is a number: how many grants were sealed anew, with the key of the
 * options, by what "old_key" or "old_passphrase" opens. As osign_store_rekey(); but it is OSIGN_BUSY while somebody renews a
 * grant: begin it again then.
 */
osign_status osign_hosted_rekey(const osign_hosted *hosted,
                                osign_hosted_work **work,
                                osign_error **error);

/**
 * Begins a work whose result is a text: JSON of one grant, or with `grant` NULL of all. As osign_store_list().
 */
osign_status osign_hosted_list(const osign_hosted *hosted,
                               const char *grant,
                               osign_hosted_work **work,
                               osign_error **error);

/**
 * Begins a work whose result is a text: JSON of what needs a person, or ends within `warn` seconds. As osign_store_check().
 */
osign_status osign_hosted_check(const osign_hosted *hosted,
                                int64_t warn,
                                osign_hosted_work **work,
                                osign_error **error);

/* --- Tokens: the steps of a work --- */

/**
 * What is to be done next; then tell what came of it:
 *   - OSIGN_HOSTED_LOAD: SELECT generation, revision, record WHERE name = osign_hosted_work_name(): the newest row, of no replica
 *     and no older snapshot; osign_hosted_work_loaded();
 *   - OSIGN_HOSTED_ACQUIRE: UPDATE SET record = osign_hosted_work_record(), revision = revision + 1 WHERE name =
 *     osign_hosted_work_name() AND generation = osign_hosted_work_generation() AND revision = osign_hosted_work_revision();
 *     osign_hosted_work_written();
 *   - OSIGN_HOSTED_COMMIT: UPDATE SET record = ..., generation = generation + 1, revision = revision + 1 WHERE name = ... AND
 *     generation = ..., whatever the revision; osign_hosted_work_written();
 *   - OSIGN_HOSTED_ADD: INSERT name, generation 1, revision 1, record, unless there is a row of the name;
 *     osign_hosted_work_written();
 *   - OSIGN_HOSTED_REMOVE: DELETE WHERE name = ... AND generation = ...; osign_hosted_work_written();
 *   - OSIGN_HOSTED_RENAME: UPDATE SET name = osign_hosted_work_new_name(), record = ..., revision = revision + 1 WHERE name = ...
 *     AND generation = ..., unless there is a row of the new name; osign_hosted_work_written();
 *   - OSIGN_HOSTED_NAMES: SELECT name; osign_hosted_work_names();
 *   - OSIGN_HOSTED_SEND: send osign_hosted_work_request() once, within 30 seconds; osign_hosted_work_answer(),
 *     osign_hosted_work_not_sent() or osign_hosted_work_lost();
 *   - OSIGN_HOSTED_WAIT: wait for osign_hosted_work_wait_milliseconds(); osign_hosted_work_waited();
 *   - OSIGN_HOSTED_DONE: take the result. OSIGN_HOSTED_ENDED: a call failed, and said why.
 *
 * A call that fails by an argument of its own leaves the step as it is, and may be made again: OSIGN_NULL_ARGUMENT,
 * OSIGN_INVALID_UTF8, and OSIGN_INVALID_ARGUMENT for a negative number and for what the step does not ask for. After any other
 * error the step is OSIGN_HOSTED_ENDED; it tells the one from the other in every case.
 *
 * Where the table cannot be read or written it is osign_hosted_work_failed(). Let each row and write be a transaction of its own,
 * committed before it is told, and keep none open while a request is sent.
 */
int32_t osign_hosted_work_step(const osign_hosted_work *work);

/**
 * The name of the row that is to be read or written; "" otherwise, and for NULL.
 */
const char *osign_hosted_work_name(const osign_hosted_work *work);

/**
 * The name that a row is to have from now on; "" where it is not to be renamed, and for NULL.
 */
const char *osign_hosted_work_new_name(const osign_hosted_work *work);

/**
 * The record to write, whose secrets are sealed; "" where none is to be written, and for NULL.
 */
const char *osign_hosted_work_record(const osign_hosted_work *work);

/**
 * The generation that the row must have for the write; 0 where it need have none, and for NULL.
 */
int64_t osign_hosted_work_generation(const osign_hosted_work *work);

/**
 * The generation that the row has after the write: one more than before for OSIGN_HOSTED_COMMIT, 1 for OSIGN_HOSTED_ADD, the
 * same for the others; 0 where nothing is to be written, and for NULL.
 */
int64_t osign_hosted_work_new_generation(const osign_hosted_work *work);

/**
 * The revision that the row must have for OSIGN_HOSTED_ACQUIRE; 0 for the other steps, and for NULL.
 */
int64_t osign_hosted_work_revision(const osign_hosted_work *work);

/**
 * The row that was read; `record` NULL where there is none of that name. OSIGN_INVALID_ARGUMENT where the step is another, and
 * nothing has changed. Any other error is the end of the work: it is what the call that began it would say.
 */
osign_status osign_hosted_work_loaded(osign_hosted_work *work,
                                      int64_t generation,
                                      int64_t revision,
                                      const char *record,
                                      osign_error **error);

/**
 * All names, each on a line of its own, in any order; "" where there are none. Errors are as with osign_hosted_work_loaded().
 */
osign_status osign_hosted_work_names(osign_hosted_work *work,
                                     const char *names,
                                     osign_error **error);

/**
 * The write was done, and is durable: `changed` is 1; or no row was as it had to be, and nothing was written: 0. Errors are as
 * with osign_hosted_work_loaded().
 */
osign_status osign_hosted_work_written(osign_hosted_work *work,
                                       int32_t changed,
                                       osign_error **error);

/**
 * The table could not be read or written, or nobody knows whether it was written. `said` is for people, in whose error it is
 * repeated: no secret must be in it, and it may be NULL. New tokens are written again some times, then kept on this machine,
 * until the table takes them: OSIGN_NOT_SAVED. Other errors are OSIGN_STORE_UNUSABLE, or as with osign_hosted_work_loaded().
 */
osign_status osign_hosted_work_failed(osign_hosted_work *work,
                                      const char *said,
                                      osign_error **error);

/**
 * The request to send, once, as it is. Free it with osign_http_request_free(). OSIGN_INVALID_ARGUMENT unless the step is
 * OSIGN_HOSTED_SEND.
 */
osign_status osign_hosted_work_request(const osign_hosted_work *work,
                                       osign_http_request **request,
                                       osign_error **error);

/**
 * The answer that comes next asked to wait for so many seconds; see osign_refresh_set_retry_after().
 */
osign_status osign_hosted_work_set_retry_after(osign_hosted_work *work,
                                               int64_t seconds,
                                               osign_error **error);

/**
 * The answer that comes next says by its header WWW-Authenticate why the service refuses: some of OAuth 1.0a do so there alone, as
 * that a token has ended already which is to be revoked.
 */
osign_status osign_hosted_work_set_challenge(osign_hosted_work *work,
                                             const char *www_authenticate,
                                             osign_error **error);

/**
 * An answer came, whole, whatever its status; see osign_refresh_answer(). A new token is not durable yet: the next steps write it.
 * Errors are as with osign_hosted_work_loaded(). Where the step is OSIGN_HOSTED_SEND still, nothing was told: tell it again.
 */
osign_status osign_hosted_work_answer(osign_hosted_work *work,
                                      int http_status,
                                      const char *content_type,
                                      const void *body,
                                      size_t body_len,
                                      osign_error **error);

/**
 * Nothing of the request can have reached the service: no name, no connection, no TLS. Errors are as with
 * osign_hosted_work_loaded().
 */
osign_status osign_hosted_work_not_sent(osign_hosted_work *work,
                                        osign_error **error);

/**
 * The request may have reached the service, and no answer came, or no whole one: say so in every case of doubt. Errors are as
 * with osign_hosted_work_loaded().
 */
osign_status osign_hosted_work_lost(osign_hosted_work *work,
                                    osign_error **error);

/**
 * For how many milliseconds to wait from now on; 0 where the step is not OSIGN_HOSTED_WAIT, and for NULL.
 */
int64_t osign_hosted_work_wait_milliseconds(const osign_hosted_work *work);

/**
 * The wait is over. Errors are as with osign_hosted_work_loaded().
 */
osign_status osign_hosted_work_waited(osign_hosted_work *work, osign_error **error);

/**
 * The token that it was about. Free it with osign_token_free(). OSIGN_INVALID_ARGUMENT where there is none.
 */
osign_status osign_hosted_work_token(const osign_hosted_work *work,
                                     osign_token **token,
                                     osign_error **error);

/**
 * The request of osign_hosted_authorize(), to be sent to the service's API. Free it with osign_http_request_free().
 * OSIGN_INVALID_ARGUMENT where there is none.
 */
osign_status osign_hosted_work_authorized(const osign_hosted_work *work,
                                          osign_http_request **request,
                                          osign_error **error);

/**
 * The text that it was about: the address of a login, an exported grant, a name, JSON; "" where there is none, and for NULL.
 */
const char *osign_hosted_work_text(const osign_hosted_work *work);

/**
 * The number that it was about: 1 for yes and 0 for no, the revision of an exported grant, or how many grants were sealed
 * anew; 0 where there is none, and for NULL.
 */
int64_t osign_hosted_work_number(const osign_hosted_work *work);

/**
 * Frees a work and wipes it. NULL is allowed. One whose request is under way has lost the answer.
 */
void osign_hosted_work_free(osign_hosted_work *work);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* OSIGN_H */
