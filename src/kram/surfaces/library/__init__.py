"""The library: a page for everything that the knowledge holds, in every language, to read and to cite."""

from kram.surfaces.library.routing import routes

__all__ = ["routes"]
