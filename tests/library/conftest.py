"""The same server and browser as for the way through."""

from tests.web.conftest import browser, server, visit

__all__ = ["browser", "server", "visit"]
