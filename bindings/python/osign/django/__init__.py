"""An app for ``INSTALLED_APPS``, whose migration makes the table of ``osign.stores.Django``. It has no model."""
