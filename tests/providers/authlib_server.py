"""A provider by Authlib, in memory, whose person always agrees: rotation without grace (its documented example)."""

import secrets
import sys
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, request

port, client_id, client_secret, redirect_uri = sys.argv[1:]
app = Flask(__name__)
codes: dict = {}
tokens: dict = {}


class Client:
    client_id = client_id
    client_secret = client_secret

    def get_client_id(self):
        return client_id

    def get_default_redirect_uri(self):
        return redirect_uri

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, uri):
        return uri == redirect_uri

    def check_client_secret(self, secret):
        return secrets.compare_digest(secret, client_secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, kind):
        return kind == "code"

    def check_grant_type(self, kind):
        return kind in ("authorization_code", "refresh_token")


class Code:
    def __init__(self, code, asked):
        payload = asked.payload
        self.code, self.redirect_uri, self.scope = code, payload.redirect_uri, payload.scope
        self.code_challenge = payload.data.get("code_challenge")
        self.code_challenge_method = payload.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class Token(dict):
    revoked = False

    def check_client(self, client):
        return True

    def get_scope(self):
        return self.get("scope")

    def get_expires_in(self):
        return self["expires_in"]

    def is_expired(self):
        return False

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return "person"

    def get_client(self):
        return Client()


class ByCode(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, asked):
        codes[code] = Code(code, asked)

    def query_authorization_code(self, code, client):
        return codes.get(code)

    def delete_authorization_code(self, code):
        codes.pop(code.code)

    def authenticate_user(self, code):
        return "person"


class ByRefreshToken(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, token):
        known = tokens.get(token)
        return known if known and not known.revoked else None

    def authenticate_user(self, token):
        return "person"

    def revoke_old_credential(self, token):
        token.revoked = True


def save(token, asked):
    tokens[token["refresh_token"]] = Token(token, issued_at=time.time())


app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
server = AuthorizationServer(app, query_client=lambda given: Client() if given == client_id else None, save_token=save)
server.register_grant(ByCode, [CodeChallenge(required=True)])
server.register_grant(ByRefreshToken)


@app.get("/authorize")
def authorize():
    grant = server.get_consent_grant(end_user="person")
    return server.create_authorization_response(grant=grant, grant_user="person")


@app.post("/token")
def token():
    return server.create_token_response()


if __name__ == "__main__":
    app.run(port=int(port), threaded=True)
