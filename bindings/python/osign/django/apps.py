"""What Django asks of an app."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # It has no types of its own.
    _AppConfig = object
else:
    from django.apps import AppConfig as _AppConfig


class OSignConfig(_AppConfig):
    """The app: its migrations stand under ``osign``."""

    name: str = "osign.django"
    label: str = "osign"
    verbose_name: str = "osign"
