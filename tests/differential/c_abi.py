"""libosign.so through ctypes, as a scripting host would use it: text in, text out, handles, statuses."""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_void_p

from answers import Refused, Signed

PROTOTYPES = {
    "osign_version": (c_char_p, []),
    "osign_abi_version": (c_uint32, []),
    "osign_status_name": (c_char_p, [c_int32]),
    "osign_error_status": (c_int32, [c_void_p]),
    "osign_error_message": (c_char_p, [c_void_p]),
    "osign_error_free": (None, [c_void_p]),
    "osign_oauth1_signer_new": (c_int32, [c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "osign_oauth1_signer_set_token": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_signer_set_signature_method": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_signer_set_private_key": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_signer_set_realm": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_signer_set_send_version": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "osign_oauth1_signer_set_body_hash": (c_int32, [c_void_p, c_int32, POINTER(c_void_p)]),
    "osign_oauth1_signer_set": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_signer_free": (None, [c_void_p]),
    "osign_oauth1_authorization": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_char_p,
            c_char_p,
            c_char_p,
            c_size_t,
            c_char_p,
            c_size_t,
            POINTER(c_size_t),
            POINTER(c_void_p),
        ],
    ),
    "osign_oauth1_request_new": (c_int32, [c_char_p, c_char_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "osign_oauth1_request_set_body": (c_int32, [c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_void_p)]),
    "osign_oauth1_request_set_parameter": (c_int32, [c_void_p, c_char_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_request_set_nonce": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_request_set_timestamp": (c_int32, [c_void_p, c_int64, POINTER(c_void_p)]),
    "osign_oauth1_request_set_transmission": (c_int32, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "osign_oauth1_request_free": (None, [c_void_p]),
    "osign_oauth1_sign": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)]),
    "osign_oauth1_signed_authorization": (c_char_p, [c_void_p]),
    "osign_oauth1_signed_url": (c_char_p, [c_void_p]),
    "osign_oauth1_signed_body": (POINTER(c_uint8), [c_void_p, POINTER(c_size_t)]),
    "osign_oauth1_signed_signature": (c_char_p, [c_void_p]),
    "osign_oauth1_signed_base_string": (c_char_p, [c_void_p]),
    "osign_oauth1_signed_nonce": (c_char_p, [c_void_p]),
    "osign_oauth1_signed_timestamp": (c_int64, [c_void_p]),
    "osign_oauth1_signed_free": (None, [c_void_p]),
}


class CAbi:
    """A caller of osign, as comparison.py wants one."""

    url_forms = ("as-given", "normal")

    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
        for name, (result, arguments) in PROTOTYPES.items():
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments

    def version(self):
        return f"{self.library.osign_version().decode()}, ABI {self.library.osign_abi_version()}"

    def call(self, name, *arguments):
        """A function that can fail; its error becomes an exception."""
        error = c_void_p()
        status = getattr(self.library, name)(*arguments, byref(error))
        if status:
            try:
                if self.library.osign_error_status(error) != status:
                    raise AssertionError("the error has another status than the call")
                message = self.library.osign_error_message(error).decode()
            finally:
                self.library.osign_error_free(error)
            raise Refused(self.library.osign_status_name(status).decode(), message)

    def signer(self, request):
        handle = c_void_p()
        self.call(
            "osign_oauth1_signer_new",
            request["consumer_key"].encode(),
            request["consumer_secret"].encode(),
            byref(handle),
        )
        try:
            if request["token"] is not None:
                token, secret = request["token"].encode(), request["token_secret"].encode()
                self.call("osign_oauth1_signer_set_token", handle, token, secret)
            self.call("osign_oauth1_signer_set_signature_method", handle, request["signature_method"].encode())
            if request["pem"]:
                self.call("osign_oauth1_signer_set_private_key", handle, request["pem"].encode())
            if request["realm"]:
                self.call("osign_oauth1_signer_set_realm", handle, request["realm"].encode())
            self.call("osign_oauth1_signer_set_send_version", handle, request["send_version"])
            self.call("osign_oauth1_signer_set_body_hash", handle, request["body_hash"])
            self.call("osign_oauth1_signer_set", handle, b"url_form", request["url_form"].encode())
        except Refused:
            self.library.osign_oauth1_signer_free(handle)
            raise
        return handle

    def sign(self, request):
        """The full way."""
        library, signer, handle, signed = self.library, self.signer(request), c_void_p(), c_void_p()
        try:
            self.call("osign_oauth1_request_new", request["method"].encode(), request["url"].encode(), byref(handle))
            content_type, body = self.content_type(request), request["bytes"]
            if content_type is not None or body is not None:
                self.call("osign_oauth1_request_set_body", handle, content_type, body, len(body or b""))
            for name, value in request["parameters"]:
                self.call("osign_oauth1_request_set_parameter", handle, name.encode(), value.encode())
            self.call("osign_oauth1_request_set_nonce", handle, request["nonce"].encode())
            self.call("osign_oauth1_request_set_timestamp", handle, request["timestamp"])
            self.call("osign_oauth1_request_set_transmission", handle, request["transmission"].encode())
            self.call("osign_oauth1_sign", signer, handle, byref(signed))
        finally:
            library.osign_oauth1_request_free(handle)
            library.osign_oauth1_signer_free(signer)
        try:
            if library.osign_oauth1_signed_nonce(signed).decode() != request["nonce"]:
                raise AssertionError("another nonce was signed")
            if library.osign_oauth1_signed_timestamp(signed) != request["timestamp"]:
                raise AssertionError("another timestamp was signed")
            length = c_size_t()
            body = library.osign_oauth1_signed_body(signed, byref(length))
            return Signed(
                library.osign_oauth1_signed_authorization(signed).decode(),
                library.osign_oauth1_signed_url(signed).decode(),
                ctypes.string_at(body, length.value) if length.value else b"",
                library.osign_oauth1_signed_signature(signed).decode(),
                library.osign_oauth1_signed_base_string(signed).decode(),
            )
        finally:
            library.osign_oauth1_signed_free(signed)

    def authorization(self, request):
        """The short way: the header, with a nonce and a timestamp that the library draws."""
        signer, length = self.signer(request), c_size_t()
        body = request["bytes"]
        arguments = [
            signer,
            request["method"].encode(),
            request["url"].encode(),
            self.content_type(request),
            body,
            len(body or b""),
        ]
        try:
            self.call("osign_oauth1_authorization", *arguments, None, 0, byref(length))
            buffer = ctypes.create_string_buffer(length.value)
            self.call("osign_oauth1_authorization", *arguments, buffer, len(buffer), byref(length))
            if len(buffer.value) != length.value:
                raise AssertionError("the length is not the text's")
            return buffer.value.decode()
        finally:
            self.library.osign_oauth1_signer_free(signer)

    @staticmethod
    def content_type(request):
        return None if request["content_type"] is None else request["content_type"].encode()
