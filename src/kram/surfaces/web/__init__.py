"""The web app's way through: start, questions, result."""

from kram.surfaces.web.routing import routes

__all__ = ["routes"]
