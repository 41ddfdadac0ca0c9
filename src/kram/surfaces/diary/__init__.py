"""The cramp diary and trials of one, as pages: the entries live in the person's browser, or in a file at home."""

from kram.surfaces.diary.home import Home
from kram.surfaces.diary.routing import STATIC, routes

__all__ = ["STATIC", "Home", "routes"]
