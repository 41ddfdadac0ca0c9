"""kram at the moment of decision: CDS Hooks 2.0."""

from kram.surfaces.cds.routing import routes

__all__ = ["routes"]
