// Go's github.com/gomodule/oauth1: its own way to a header, for a request that stays the same.
package main

// #include <stddef.h>
import "C"

import (
	"net/http"
	"net/url"

	"github.com/gomodule/oauth1/oauth"
)

// Makes so many headers in one call, since calls into Go are slow; the length of the last.
//
//export peer_headers
func peer_headers(address, key, secret, token, tokenSecret *C.char, count C.size_t) C.size_t {
	client := oauth.Client{Credentials: oauth.Credentials{Token: C.GoString(key), Secret: C.GoString(secret)}}
	credentials := oauth.Credentials{Token: C.GoString(token), Secret: C.GoString(tokenSecret)}
	parsed, err := url.Parse(C.GoString(address))
	if err != nil {
		return 0
	}
	header := http.Header{}
	for ; count > 0; count-- {
		if client.SetAuthorizationHeader(header, &credentials, "GET", parsed, nil) != nil {
			return 0
		}
	}
	return C.size_t(len(header.Get("Authorization")))
}

func main() {}
