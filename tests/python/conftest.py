"""What holds for all tests of the Python package."""

from pathlib import Path

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was skipped has shown nothing, so the run has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and (reporter.stats.get("skipped") or reporter.stats.get("xfailed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def private_key() -> str:
    """A published RSA key of 1024 bits."""
    return (Path(__file__).parents[1] / "vectors/oauth1/keys/wiki-rsa-1024.pem").read_text()
