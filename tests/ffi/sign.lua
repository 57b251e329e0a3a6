-- Signs the RFC's example (RFC 5849 §1.2), and keeps a key in a new store, through include/osign.cdef with LuaJIT:
-- sign.lua CDEF LIBRARY STORE

local ffi = require("ffi")
local file = assert(io.open(arg[1]))
ffi.cdef(file:read("*a"))
file:close()
local osign = ffi.load(arg[2])
local passed, failed = 0, 0

local function check(what, ok)
    if ok then
        passed = passed + 1
    else
        failed = failed + 1
        io.stderr:write("failed: ", what, "\n")
    end
end

local e = ffi.new("osign_error *[1]", ffi.cast("osign_error *", 1)) -- A success overwrites whatever is there.

local function must(status)
    if status ~= osign.OSIGN_OK then
        error(ffi.string(osign.osign_status_name(status)) .. ": " .. ffi.string(osign.osign_error_message(e[0])))
    end
end

local signer = ffi.new("osign_oauth1_signer *[1]")
local request = ffi.new("osign_oauth1_request *[1]")
local signed = ffi.new("osign_oauth1_signed *[1]")
local buf, length = ffi.new("char[1024]"), ffi.new("size_t[1]")

check("the version", osign.osign_version_number() == osign.OSIGN_VERSION_NUMBER)
check("the interface", osign.osign_abi_version() == osign.OSIGN_ABI_VERSION)
must(osign.osign_oauth1_signer_new("dpf43f3p2l4k3l03", "kd94hf93k423kf44", signer, e))
check("a success leaves no error", e[0] == nil)
must(osign.osign_oauth1_signer_set_token(signer[0], "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", e))
must(osign.osign_oauth1_signer_set_realm(signer[0], "Photos", e))
must(osign.osign_oauth1_signer_set(signer[0], "send_version", "0", e))
local url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
must(osign.osign_oauth1_request_new("GET", url, request, e))
must(osign.osign_oauth1_request_set_nonce(request[0], "chapoH", e))
must(osign.osign_oauth1_request_set_timestamp(request[0], 137131202, e))
must(osign.osign_oauth1_sign(signer[0], request[0], signed, e))
check("the header", ffi.string(osign.osign_oauth1_signed_authorization(signed[0])) ==
    'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature_method="HMAC-SHA1", ' ..
    'oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk", oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"')
check("the signature", ffi.string(osign.osign_oauth1_signed_signature(signed[0])) == "MdpQcU8iPSUjWoN/UDMsK2sui9I=")
check("the timestamp", osign.osign_oauth1_signed_timestamp(signed[0]) == 137131202)

must(osign.osign_oauth1_authorization(
    signer[0], "POST", "https://example.com/", "text/plain", "text", 4, buf, ffi.sizeof(buf), length, e))
local header = ffi.string(buf)
check("a body as it is", header:find('^OAuth realm="Photos", ') and #header == length[0])
must(osign.osign_percent_encode("a b\255", 4, buf, ffi.sizeof(buf), length, e))
check("bytes as they are", ffi.string(buf) == "a%20b%FF")
check("yes", osign.osign_equal_constant_time("abc", 3, "abc", 3) == 1)
check("no", osign.osign_equal_constant_time("abc", 3, "abd", 3) == 0)

local status = osign.osign_oauth1_request_new("GET", "example.com", request, e)
check("a refusal", status == osign.OSIGN_INVALID_URL and status == osign.osign_error_status(e[0]))
check("its reason", ffi.string(osign.osign_error_reason(e[0])) == "relative-url")
check("its sentence", ffi.string(osign.osign_error_message(e[0])) == "the URL is relative; begin it with https:// or http://")
osign.osign_error_free(e[0])

local store, grant = ffi.new("osign_store *[1]"), ffi.new("osign_grant *[1]")
local token, report = ffi.new("osign_token *[1]"), ffi.new("osign_report *[1]")
must(osign.osign_store_key_new(buf, ffi.sizeof(buf), length, e))
must(osign.osign_store_create(arg[3], buf, length[0], store, e))
must(osign.osign_grant_new(grant, e))
for name, value in pairs({kind = "static", secret = "k3y", expires_at = "4102444800"}) do
    must(osign.osign_grant_set(grant[0], name, value, e))
end
must(osign.osign_store_add(store[0], "weather", grant[0], e))
must(osign.osign_store_access_token(store[0], "weather", 60, token, e))
check("the key", ffi.string(osign.osign_token_value(token[0])) == "k3y")
check("its end", osign.osign_token_expires_at(token[0]) == 4102444800LL)
must(osign.osign_store_list(store[0], nil, report, e))
check("the report", ffi.string(osign.osign_report_json(report[0])):find('"grant":"weather"', 1, true))
check("states of a refresh", osign.osign_refresh_state(nil) == osign.OSIGN_REFRESH_ENDED)
osign.osign_report_free(report[0])
osign.osign_token_free(token[0])
osign.osign_grant_free(grant[0])
osign.osign_store_free(store[0])

osign.osign_oauth1_signed_free(signed[0])
osign.osign_oauth1_request_free(request[0])
osign.osign_oauth1_signer_free(signer[0])
print(("LuaJIT: %d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
