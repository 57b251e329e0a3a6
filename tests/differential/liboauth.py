"""liboauth (Debian's liboauth0) through ctypes."""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_short, c_void_p

METHODS = {"HMAC-SHA1": 0, "RSA-SHA1": 1, "PLAINTEXT": 2}


class Liboauth:
    def __init__(self):
        self.library = ctypes.CDLL("liboauth.so.0")
        self.free = ctypes.CDLL(None).free
        self.free.argtypes = [c_void_p]
        credentials = [c_int] + [c_char_p] * 5
        arrays = [POINTER(c_int), POINTER(POINTER(c_char_p)), POINTER(c_void_p)]
        for name, result, arguments in (
            ("oauth_split_post_paramters", c_int, [c_char_p, POINTER(POINTER(c_char_p)), c_short]),
            ("oauth_split_url_parameters", c_int, [c_char_p, POINTER(POINTER(c_char_p))]),
            ("oauth_sign_array2_process", None, arrays + credentials),
            ("oauth_sign_url2", c_void_p, [c_char_p, POINTER(c_void_p)] + credentials),
            ("oauth_serialize_url_parameters", c_void_p, [c_int, POINTER(c_char_p)]),
            ("oauth_catenc", c_void_p, None),
            ("oauth_free_array", None, [POINTER(c_int), POINTER(POINTER(c_char_p))]),
        ):
            function = getattr(self.library, name)
            function.restype = result
            if arguments is not None:
                function.argtypes = arguments

    def text(self, pointer):
        """Takes a text that the caller owns; liboauth promises no encoding."""
        value = ctypes.string_at(pointer)
        self.free(pointer)
        return value

    def sign(self, url, method, http_method, consumer_key, secret, token, token_secret):
        """(base string, signature), both bytes: the array is signed, and the base string made of it once more."""
        array, count = POINTER(c_char_p)(), c_int()
        count.value = self.library.oauth_split_url_parameters(url, byref(array))
        self.library.oauth_sign_array2_process(
            byref(count), byref(array), None, METHODS[method], http_method, consumer_key, secret, token, token_secret
        )
        signature = array[count.value - 1].removeprefix(b"oauth_signature=")
        # The signature was put at the end.
        query = self.text(self.library.oauth_serialize_url_parameters(count.value - 1, array))
        base_string = self.text(
            self.library.oauth_catenc(c_int(3), c_char_p(http_method), c_char_p(array[0]), c_char_p(query))
        )
        self.library.oauth_free_array(byref(count), byref(array))
        return base_string, signature

    def url(self, url, body, *credentials):
        """(URL, body to post or None): all parameters at the end of the URL, or all in the body."""
        method, *credentials = credentials
        posted = c_void_p()
        signed = self.library.oauth_sign_url2(url, byref(posted) if body else None, METHODS[method], *credentials)
        return self.text(signed), self.text(posted) if posted else None
