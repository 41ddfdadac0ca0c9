"""The page that explains the JSON interface: every address, an example, and every problem that can be met."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kram.surfaces.api.openapi import Document
from kram.surfaces.pages.pages import Pages
from kram.surfaces.pages.static_files import StaticFiles
from kram.texts import catalogue

TEMPLATES = Path(__file__).with_name("templates")
# what may stand behind the `type` of a problem: keys of the catalogue
PROBLEMS = (
    "api_no_page", "api_no_method", "api_bad_request", "api_media_type", "api_too_large", "api_not_json",
    "api_shape_missing", "api_shape_unknown", "api_shape_type", "api_shape_choice", "api_shape_wrong",
    "api_query_long", "api_asked_unknown", "api_no_entry", "api_our_fault", "lang_unknown",
    "key_unknown", "person_missing", "age_wrong", "sex_wrong", "pregnant_wrong", "pregnant_man", "pregnant_age",
    "not_a_list", "not_a_mapping", "not_a_name", "lab_wrong", "lab_value_wrong", "value_impossible", "value_twice",
    "complete_wrong", "contradiction", "too_costly",
)  # fmt: skip


class _Blanks(dict[str, str]):
    """Leaves what would be filled in as it stands."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


class Documentation:
    def __init__(self, static: StaticFiles | None) -> None:
        self.pages = Pages(TEMPLATES, static)

    def page(self, request: Request, document: Document, lang: str) -> Response:
        root = str(request.scope.get("root_path", ""))
        sentences = catalogue(lang).sentences
        problems = {key: str(sentences[key]).format_map(_Blanks()) for key in PROBLEMS}
        return self.pages.page(request, "api.html", lang=lang, document=document, problems=problems, root=root)
