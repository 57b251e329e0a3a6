"""Signs the RFC's example (RFC 5849 §1.2), and keeps a key in a new store, through include/osign.cdef with Python's cffi:
sign.py CDEF LIBRARY STORE
"""

import sys

from cffi import FFI

ffi = FFI()
with open(sys.argv[1], encoding="utf-8") as cdef:
    ffi.cdef(cdef.read())
osign = ffi.dlopen(sys.argv[2])
passed = failed = 0


def check(what, ok):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"failed: {what}", file=sys.stderr)


def text(pointer):
    return ffi.string(pointer).decode()


def must(status):
    if status != osign.OSIGN_OK:
        sys.exit(f"{text(osign.osign_status_name(status))}: {text(osign.osign_error_message(error[0]))}")


error = ffi.new("osign_error **", ffi.cast("osign_error *", 1))  # A success overwrites whatever is there.
signer, request, signed = ffi.new("osign_oauth1_signer **"), ffi.new("osign_oauth1_request **"), ffi.new("osign_oauth1_signed **")
buf, length = ffi.new("char[1024]"), ffi.new("size_t *")

check("the version", osign.osign_version_number() == osign.OSIGN_VERSION_NUMBER)
check("the interface", osign.osign_abi_version() == osign.OSIGN_ABI_VERSION)
must(osign.osign_oauth1_signer_new(b"dpf43f3p2l4k3l03", b"kd94hf93k423kf44", signer, error))
check("a success leaves no error", error[0] == ffi.NULL)
must(osign.osign_oauth1_signer_set_token(signer[0], b"nnch734d00sl2jdk", b"pfkkdhi9sl3r4s00", error))
must(osign.osign_oauth1_signer_set_realm(signer[0], b"Photos", error))
must(osign.osign_oauth1_signer_set(signer[0], b"send_version", b"0", error))
must(osign.osign_oauth1_request_new(b"GET", b"http://photos.example.net/photos?file=vacation.jpg&size=original", request, error))
must(osign.osign_oauth1_request_set_nonce(request[0], b"chapoH", error))
must(osign.osign_oauth1_request_set_timestamp(request[0], 137131202, error))
must(osign.osign_oauth1_sign(signer[0], request[0], signed, error))
check("the header", text(osign.osign_oauth1_signed_authorization(signed[0])) == (
    'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature_method="HMAC-SHA1", '
    'oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk", oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"'))
check("the signature", text(osign.osign_oauth1_signed_signature(signed[0])) == "MdpQcU8iPSUjWoN/UDMsK2sui9I=")
check("the timestamp", osign.osign_oauth1_signed_timestamp(signed[0]) == 137131202)

must(osign.osign_oauth1_authorization(
    signer[0], b"POST", b"https://example.com/", b"text/plain", b"text", 4, buf, len(buf), length, error))
check("a body as it is", text(buf).startswith('OAuth realm="Photos", ') and len(text(buf)) == length[0])
must(osign.osign_percent_encode(b"a b\xff", 4, buf, len(buf), length, error))
check("bytes as they are", text(buf) == "a%20b%FF")
check("yes", osign.osign_equal_constant_time(b"abc", 3, b"abc", 3) == 1)
check("no", osign.osign_equal_constant_time(b"abc", 3, b"abd", 3) == 0)

status = osign.osign_oauth1_request_new(b"GET", b"example.com", request, error)
check("a refusal", status == osign.OSIGN_INVALID_URL == osign.osign_error_status(error[0]))
check("its reason", text(osign.osign_error_reason(error[0])) == "relative-url")
check("its sentence", text(osign.osign_error_message(error[0])) == "the URL is relative; begin it with https:// or http://")
osign.osign_error_free(error[0])

store, grant, token, report = (ffi.new(f"osign_{name} **") for name in ("store", "grant", "token", "report"))
must(osign.osign_store_key_new(buf, len(buf), length, error))
must(osign.osign_store_create(sys.argv[3].encode(), buf, length[0], store, error))
must(osign.osign_grant_new(grant, error))
for name, value in ((b"kind", b"static"), (b"secret", b"k3y"), (b"expires_at", b"4102444800")):
    must(osign.osign_grant_set(grant[0], name, value, error))
must(osign.osign_store_add(store[0], b"weather", grant[0], error))
must(osign.osign_store_access_token(store[0], b"weather", 60, token, error))
check("the key", text(osign.osign_token_value(token[0])) == "k3y")
check("its end", osign.osign_token_expires_at(token[0]) == 4102444800)
must(osign.osign_store_list(store[0], ffi.NULL, report, error))
check("the report", '"grant":"weather"' in text(osign.osign_report_json(report[0])))
check("states of a refresh", osign.osign_refresh_state(ffi.NULL) == osign.OSIGN_REFRESH_ENDED)
osign.osign_report_free(report[0])
osign.osign_token_free(token[0])
osign.osign_grant_free(grant[0])
osign.osign_store_free(store[0])

osign.osign_oauth1_signed_free(signed[0])
osign.osign_oauth1_request_free(request[0])
osign.osign_oauth1_signer_free(signer[0])
print(f"cffi: {passed} passed, {failed} failed")
sys.exit(failed != 0)
