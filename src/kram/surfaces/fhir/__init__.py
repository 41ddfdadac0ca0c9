"""kram inside a record system: FHIR R4."""

from kram.surfaces.fhir.routing import routes

__all__ = ["routes"]
