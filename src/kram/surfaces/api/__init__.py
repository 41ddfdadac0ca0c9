"""The JSON interface: a case in, the assessment out; and the knowledge, readable by machines."""

from kram.surfaces.api.routing import routes

__all__ = ["routes"]
