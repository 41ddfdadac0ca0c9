"""The cramp diary and trials of one, as pages: the entries live in the person's browser."""

from kram.surfaces.diary.routing import STATIC, routes

__all__ = ["STATIC", "routes"]
