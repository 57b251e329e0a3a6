// cpprestsdk's OAuth 1.0: its own way to a header, for a request that stays the same.

#include <cpprest/http_msg.h>
#include <cpprest/oauth1.h>

using web::http::http_request;
using namespace web::http::oauth1;
using experimental::oauth1_config;

namespace {

// What its HTTP client calls is private, and is what there is to measure: an explicit instantiation may name it.
using Authenticate = void (oauth1_config::*)(http_request &, details::oauth1_state);
Authenticate authenticate();
template <Authenticate method> struct Named {
    friend Authenticate authenticate() { return method; }
};
template struct Named<&oauth1_config::_authenticate_request>;

} // namespace

// Makes so many headers; the length of the last.
extern "C" size_t peer_headers(const char *url, const char *key, const char *secret, const char *token,
                               const char *token_secret, size_t count)
{
    oauth1_config config(key, secret, "", "", "", "", experimental::oauth1_methods::hmac_sha1);
    config.set_token(experimental::oauth1_token(token, token_secret));
    http_request request("GET");
    request.set_request_uri(url);
    size_t len = 0;
    while (count-- > 0) {
        request.headers().remove("Authorization");
        (config.*authenticate())(request, config._generate_auth_state());
        len = request.headers()["Authorization"].size();
    }
    return len;
}
