// The shared vectors of tests/vectors through the add-in; their README says what the fields mean.
//
// Its add-in is built with --cfg osign_vectors, whose FixForTests sets what else differs from signature to signature.
// vectors.inc is made by vectors.py.
#include "check.hpp"
#include "host.hpp"

#include <iterator>
#include <set>

// A text, or none. What vectors.inc holds are constants, which take the compiler no time.
struct Text {
    const char *bytes;
    size_t length;

    bool given() const { return bytes != nullptr; }
    std::string value() const { return given() ? std::string(bytes, length) : ""; }
};

static const size_t MOST = 32;

// Names and values; the first without a name is the end.
struct Pairs {
    Text pairs[MOST][2];

    const Text (*begin() const)[2] { return pairs; }
    const Text (*end() const)[2]
    {
        const Text(*pair)[2] = pairs;
        while (pair != pairs + MOST && (*pair)[0].given()) {
            pair++;
        }
        return pair;
    }
};

struct Request {
    Text name, method, url, content_type, body, consumer_key, consumer_secret, token, token_secret, signature_method,
        private_key, realm;
    Pairs parameters;
    Text nonce;
    const char *timestamp;
    bool send_version, body_hash;
    Text url_form;
    bool mastercard_form;
    Text transmission, signature, base_string, normalized, authorization, signed_url;
};
struct Encoding {
    Text bytes, encoded;
};
struct BaseUri {
    Text url, base_uri, error;
};
struct Parameters {
    Text url, content_type, body;
    Pairs header;
    Text normalized;
};
struct BodyHash {
    Text algorithm, body, hash;
};
struct Hmac {
    Text algorithm, key, data, mac;
    bool truncated;
};

#include "vectors.inc"

// --- Comparing ---

static std::multiset<std::string> split(const std::string &text, const std::string &separator)
{
    std::multiset<std::string> parts;
    size_t start = 0;
    for (size_t end; (end = text.find(separator, start)) != std::string::npos; start = end + separator.size()) {
        parts.insert(text.substr(start, end - start));
    }
    parts.insert(text.substr(start));
    return parts;
}

// The same parameters in any order, with the realm first.
static bool same_header(const std::string &got, const std::string &wanted)
{
    const std::string scheme = "OAuth ", realm = "OAuth realm=";
    const bool realm_stands = wanted.find("realm=") == std::string::npos || got.compare(0, realm.size(), realm) == 0;
    return realm_stands && got.compare(0, scheme.size(), scheme) == 0 &&
           split(got.substr(scheme.size()), ", ") == split(wanted.substr(scheme.size()), ", ");
}

static bool same_url(const std::string &got, const std::string &wanted)
{
    const size_t query = got.find('?');
    return query == wanted.find('?') && got.substr(0, query) == wanted.substr(0, query) &&
           split(got.substr(query + 1), "&") == split(wanted.substr(query + 1), "&");
}

// The first line below a heading of Explain.
static std::string step(const std::string &steps, const std::string &heading)
{
    size_t start = steps.find(". " + heading);
    NEED(start != std::string::npos);
    start = steps.find("\n   ", start);
    NEED(start != std::string::npos);
    return steps.substr(start + 4, steps.find('\n', start + 1) - start - 4);
}

// --- Whole requests ---

static void prepare(Object &object, const Request &vector)
{
    object.component->set_language(u"en");
    object.does("SetConsumer", {vector.consumer_key.value(), vector.consumer_secret.value()});
    object.does("SetToken", {vector.token.value(), vector.token_secret.value()});
    object.does("SetSignatureMethod", {vector.signature_method.value()});
    object.does("SetBodyHash", {Value::boolean(vector.body_hash)});
    object.does("SetRealm", {vector.realm.value()});
    if (vector.private_key.given()) {
        object.does("SetPrivateKey", {vector.private_key.value()});
    }
    object.does("SetSendVersion", {Value::boolean(vector.send_version)});
    if (vector.url_form.given()) {
        object.does("SetOption", {"url_form", vector.url_form.value()});
    }
    object.does("SetOption", {"mastercard_form", Value::boolean(vector.mastercard_form)});
    object.does("FixForTests", {vector.nonce.value(), vector.timestamp});
}

static void add_parameters(Object &object, const Request &vector)
{
    for (const auto &parameter : vector.parameters) {
        object.does("AddParameter", {parameter[0].value(), parameter[1].value()});
    }
}

// What the class cannot send: it has no form body with the protocol parameters, and no URL of a request with a body.
struct Left {
    int bodies = 0, urls = 0;
};

static void check_request(const Library &library, const Request &vector, const Value &body, Left &left)
{
    Object object(library);
    prepare(object, vector);
    add_parameters(object, vector);
    const std::string method = vector.method.value(), url = vector.url.value(), type = vector.content_type.value();
    const std::string steps = object.text("Explain", {method, url, body, type});
    if (vector.base_string.given()) {
        CHECK_TEXT(step(steps, "Signature base string"), vector.base_string.value());
    }
    if (vector.normalized.given()) {
        CHECK_TEXT(step(steps, "Normalised parameters"), vector.normalized.value());
    }
    if (vector.signature.given()) {
        const bool is_secret = vector.signature_method.value() == "PLAINTEXT";
        CHECK_TEXT(step(steps, "Signature, " + vector.signature_method.value()),
                   is_secret ? "- the signature is the two secrets themselves, and is not shown" : vector.signature.value());
    }
    if (vector.transmission.value() == "header") {
        const std::string header = object.text("Authorization", {method, url, body, type});
        if (vector.signature.given()) {
            CHECK(header.find("oauth_signature=\"" + object.text("PercentEncode", {vector.signature.value()}) + "\"") !=
                  std::string::npos);
        }
        if (vector.authorization.given()) {
            CHECK(same_header(header, vector.authorization.value()));
        }
    } else if (vector.transmission.value() == "query" && !vector.body.given()) {
        const std::string made = object.text("SignedURL", {method, url});
        if (vector.signature.given()) {
            CHECK(made.find("oauth_signature=" + object.text("PercentEncode", {vector.signature.value()})) != std::string::npos);
        }
        if (vector.signed_url.given()) {
            CHECK(same_url(made, vector.signed_url.value()));
        }
    } else {
        (vector.transmission.value() == "query" ? left.urls : left.bodies)++;
    }
}

// A file's requests, each with its body as binary data, and as a string where it is one.
template <size_t COUNT>
static void requests(const Library &library, const char *name, const Request (&vectors)[COUNT], int bodies, int urls)
{
    Left left, again;
    for (const Request &vector : vectors) {
        const unsigned long failed = checks_failed;
        check_request(library, vector, Value::bytes(vector.body.value()), left);
        const std::u16string units = utf16(vector.body.value());
        if (utf8(units.data(), units.size()) == vector.body.value()) {
            check_request(library, vector, Value(units), again);
        }
        if (checks_failed > failed) {
            fprintf(stderr, "    in %s of %s\n", vector.name.value().c_str(), name);
        }
    }
    printf("%-12s %zu vectors; only explained, since sent in a form: %d, in the URL of a request with a body: %d\n", name,
           COUNT, left.bodies, left.urls);
    CHECK(left.bodies == bodies && left.urls == urls);
}

// --- The steps ---

static void encoding(const Library &library)
{
    Object object(library);
    int no_text = 0;
    for (const Encoding &vector : ENCODING) {
        const std::u16string units = utf16(vector.bytes.value());
        if (utf8(units.data(), units.size()) != vector.bytes.value()) {
            no_text++;
            continue;
        }
        CHECK_TEXT(object.text("PercentEncode", {vector.bytes.value()}), vector.encoded.value());
    }
    printf("%-12s %zu vectors; left out, since no text: %d\n", "encoding", std::size(ENCODING), no_text);
    CHECK(no_text == 0);
}

static void base_uris(const Library &library)
{
    Object object(library);
    object.component->set_language(u"en");
    object.does("SetConsumer", {"key", "secret"});
    for (const BaseUri &vector : BASE_URI) {
        if (vector.error.given()) {
            CHECK_TEXT(vector.error.value(), "OSIGN_INVALID_URL");
            CHECK(object.call("Explain", {"GET", vector.url.value()}).errors.at(0).code == 200);
        } else {
            CHECK_TEXT(step(object.text("Explain", {"GET", vector.url.value()}), "Base string URI"), vector.base_uri.value());
        }
    }
    printf("%-12s %zu vectors\n", "base_uri", std::size(BASE_URI));
}

// A header parameter of a vector; `otherwise` where it has none.
static std::string given(const Parameters &vector, const std::string &name, const std::string &otherwise)
{
    for (const auto &parameter : vector.header) {
        if (parameter[0].value() == name) {
            return parameter[1].value();
        }
    }
    return otherwise;
}

// What is signed always has a key, a nonce and so on; those that the vector has not are taken out again.
static void parameters(const Library &library)
{
    for (const Parameters &vector : PARAMETERS) {
        Object object(library);
        object.component->set_language(u"en");
        object.does("SetConsumer", {given(vector, "oauth_consumer_key", "key"), "secret"});
        object.does("SetToken", {given(vector, "oauth_token", ""), ""});
        object.does("SetSignatureMethod", {given(vector, "oauth_signature_method", "HMAC-SHA1")});
        object.does("SetSendVersion", {Value::boolean(given(vector, "oauth_version", "") != "")});
        object.does("FixForTests", {given(vector, "oauth_nonce", "nonce"), given(vector, "oauth_timestamp", "1")});
        const std::string steps =
            object.text("Explain", {"POST", vector.url.value(), Value::bytes(vector.body.value()), vector.content_type.value()});
        std::string normalized = step(steps, "Normalised parameters") + "&", left;
        for (size_t start = 0, end; (end = normalized.find('&', start)) != std::string::npos; start = end + 1) {
            const std::string pair = normalized.substr(start, end - start), name = pair.substr(0, pair.find('='));
            if (name.compare(0, 6, "oauth_") != 0 || given(vector, name, "(none)") != "(none)") {
                left += (left.empty() ? "" : "&") + pair;
            }
        }
        CHECK_TEXT(left, vector.normalized.value());
    }
    printf("%-12s %zu vectors\n", "parameters", std::size(PARAMETERS));
}

static void body_hashes(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    object.does("SetBodyHash", {Value::boolean(true)});
    for (const BodyHash &vector : BODY_HASH) {
        object.does("SetSignatureMethod", {"HMAC-" + vector.algorithm.value()});
        const std::string header =
            object.text("Authorization", {"POST", "https://example.com/", vector.body.value(), "text/plain"});
        CHECK(header.find("oauth_body_hash=\"" + object.text("PercentEncode", {vector.hash.value()}) + "\"") != std::string::npos);
    }
    printf("%-12s %zu vectors\n", "body_hash", std::size(BODY_HASH));
}

static void hmacs(const Library &library)
{
    Object object(library);
    for (const Hmac &vector : HMAC) {
        const std::string mac = object.text(
            "HMAC", {vector.algorithm.value(), Value::bytes(vector.key.value()), Value::bytes(vector.data.value()), "hex"});
        CHECK_TEXT(mac.substr(0, vector.mac.value().size()), vector.mac.value());
        CHECK((mac.size() > vector.mac.value().size()) == vector.truncated);
    }
    printf("%-12s %zu vectors\n", "hmac", std::size(HMAC));
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    requests(library, "signing", SIGNING, 7, 3);
    requests(library, "recomputed", RECOMPUTED, 0, 0);
    requests(library, "base_string", BASE_STRING, 0, 0);
    requests(library, "mastercard", MASTERCARD, 0, 0);
    encoding(library);
    base_uris(library);
    parameters(library);
    body_hashes(library);
    hmacs(library);
    return checks_end("vectors");
}
