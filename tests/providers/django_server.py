"""A provider by django-oauth-toolkit, whose person always agrees: rotation with its grace period."""

import sys
import tempfile
from wsgiref.simple_server import make_server

import django
from django.conf import settings

port, client_id, client_secret, redirect_uri = sys.argv[1:]
settings.configure(
    SECRET_KEY="of a test",
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tempfile.mkdtemp() + "/db.sqlite3"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "__main__.somebody"],
    ROOT_URLCONF="__main__",
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 120,
        "ROTATE_REFRESH_TOKEN": True,
        "SCOPES": {"read": "read"},
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402


def somebody(respond):
    def with_somebody(request):
        request.user = User.objects.get()
        return respond(request)

    return with_somebody


urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    person = User.objects.create_user("person")
    Application.objects.create(
        name="osign",
        user=person,
        client_id=client_id,
        client_secret=client_secret,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=redirect_uri,
        skip_authorization=True,
    )
    make_server("127.0.0.1", int(port), get_wsgi_application()).serve_forever()
