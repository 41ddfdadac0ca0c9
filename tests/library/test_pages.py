"""Every page of the library, in every language: it is there, whole, and its links lead somewhere."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
import pytest

from kram.texts import languages
from tests.api.shared import apart, app, call
from tests.spec.shared import assessor

UNFILLED = re.compile(r"\{[a-z%{]|Undefined|\b(?:lib|method|figure|rule)_[a-z]+|\bnan\b|\[\]|(?<!\w)None(?=[.,;)]|$)")
ELSEWHERE = re.compile(r"^/(?:$|urgent|now|privacy|static/|person|language|diary)")  # not of the library


@dataclass
class Page(HTMLParser):
    """What a test asks of a page."""

    status: int
    headers: httpx.Headers
    links: set[str] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    rels: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    lang: str = ""
    text: str = ""
    title: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        if tag == "meta" and ("name" in given or "property" in given):
            self.meta[given.get("name") or given["property"]] = given.get("content", "")
        if tag == "link":
            self.rels.setdefault(given["rel"], []).append(given)
        if "id" in given:
            self.ids.append(given["id"])
        if tag in ("h1", "title", "script", "style"):
            self._open.append(tag)
            if tag == "h1":
                self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if "title" in self._open:
            self.title += data
        if "h1" in self._open:
            self.headings[-1] += data


def crawl() -> dict[str, Page]:
    """Every page that can be reached from the front pages, in all languages."""

    async def go() -> dict[str, Page]:
        found: dict[str, Page] = {}
        waiting = [f"/{lang}/library" for lang in languages()]
        transport = httpx.ASGITransport(app=app())
        async with httpx.AsyncClient(transport=transport, base_url="http://kram.test") as client:
            while waiting:
                path = waiting.pop()
                if path in found:
                    continue
                answer = await client.get(path)
                page = found[path] = Page(answer.status_code, answer.headers)
                page.feed(answer.text)
                inside = {link.partition("#")[0] for link in page.links if link.startswith("/")}
                waiting += [link for link in inside if not ELSEWHERE.match(link) and link not in found]
        return found

    return apart(go())


def test_every_page() -> None:
    """One test, so that the crawl is done once."""
    pages = crawl()
    assert {path: page.status for path, page in pages.items() if page.status != 200} == {}
    assert wanted() <= set(pages)
    for path, page in pages.items():
        links_have_their_place(pages, path, page)
        heading_and_title(path, page)
        metadata(pages, path, page)
        assert not UNFILLED.search(page.text), (path, UNFILLED.search(page.text))
        same_in_every_language(pages, path, page)


def wanted() -> set[str]:
    """Every entry has a page in every language."""
    knowledge = assessor().knowledge
    shelves = {
        "causes": [*knowledge.causes, *knowledge.drafts],
        "medicines": knowledge.medicines,
        "red-flags": knowledge.red_flags,
        "care": knowledge.care,
        "signs": knowledge.findings,
        "sources": knowledge.sources,
    }
    return {f"/{lang}/library/{shelf}/{id}" for lang in languages() for shelf, ids in shelves.items() for id in ids}


def links_have_their_place(pages: dict[str, Page], path: str, page: Page) -> None:
    assert len(page.ids) == len(set(page.ids)), path
    for link in page.links:
        target, _, place = link.partition("#")
        if place and (target or path) in pages:
            assert place in pages[target or path].ids, (path, link)


def heading_and_title(path: str, page: Page) -> None:
    assert len(page.headings) == 1, path
    assert page.headings[0].strip(), path
    assert page.title.strip() == f"{page.headings[0].strip()} · kram", path


def metadata(pages: dict[str, Page], path: str, page: Page) -> None:
    lang = path.split("/")[1]
    assert page.lang == lang == page.headers["content-language"], path
    assert 20 <= len(page.meta["description"]) <= 301, path
    assert page.meta["og:title"] == page.headings[0].strip(), path
    assert page.meta["og:description"] == page.meta["description"], path
    assert [link["href"] for link in page.rels["canonical"]] == [path]
    others = {link["hreflang"]: link["href"] for link in page.rels["alternate"]}
    assert set(others) == {*languages(), "x-default"}, path
    for code in languages():
        assert others[code] == path.replace(f"/{lang}/", f"/{code}/", 1)
        assert others[code] in pages, (path, others[code])


def same_in_every_language(pages: dict[str, Page], path: str, page: Page) -> None:
    """As many places to jump to and links on all sides."""
    rest = path.split("/", 2)[2]
    for other in languages():
        twin = pages[f"/{other}/{rest}"]
        assert page.ids == twin.ids, path
        assert len(page.links) == len(twin.links), (path, other)


def test_a_number_opens_to_its_study() -> None:
    page = call("GET", "/en/library/causes/thiazide").text
    at = page.index("Cramps with it, against without it (rate ratio)")
    drawer = page[at : page.index("</details>", at)]
    assert "1.48 times (most likely 1.29 to 1.68)" in drawer
    assert "people aged 50 and over in British Columbia" in drawer
    assert "As the study prints it." in drawer
    assert 'href="/en/library/sources/garrison-2012"' in drawer
    assert "1,48 kali (kemungkinan besar antara 1,29 dan 1,68)" in call("GET", "/id/library/causes/thiazide").text


def test_the_evidence_on_both_sides() -> None:
    page = call("GET", "/en/library/causes/thiazide").text
    assert "A survey of 365 older people found no link" in page
    assert "Do not stop it on your own" in page


def test_the_twelve_stand_on_the_front_page_in_order() -> None:
    text = call("GET", "/en/library").text
    places = [text.index(f'id="{group}"') for group in (
        "dehydration", "minerals", "pregnancy", "exercise", "fatigue", "posture", "medicine", "osteoarthritis",
        "artery", "multiple_sclerosis", "diabetic_neuropathy", "hypothyroidism",
    )]  # fmt: skip
    assert places == sorted(places)


def test_drafts_are_called_drafts() -> None:
    assert "This is a draft." in call("GET", "/en/library/causes/alcohol_cramps").text
    assert "This is a draft." not in call("GET", "/en/library/causes/thiazide").text


def test_a_plain_bearer_as_on_the_command_line() -> None:
    from kram.assessment.bearing import bearers

    rows = {row.id: row for row in bearers(assessor(), "en")}
    for id in ("thiazide", "pregnancy", "restless_legs"):
        share = f"in about {rows[id].share * 100:.0f} the cramps come from it"
        assert share in call("GET", f"/en/library/causes/{id}").text


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("lasix", "medicines/furosemide"), ("E11", ""), ("kalium", "signs/potassium"), ("tetanus", "causes/tetanus")],
)
def test_search(typed: str, wanted: str) -> None:
    answer = call("GET", f"/id/library/search?q={typed}")
    assert answer.status_code == 200
    assert f'href="/id/library/{wanted}' in answer.text


@pytest.mark.parametrize(
    "typed", ["", " ", "%00%01", "<script>alert(1)</script>", "x" * 5000, "‮" * 50, "{{7*7}}", "'\"--"]
)
def test_odd_searches(typed: str) -> None:
    answer = call("GET", "/en/library/search", params={"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert len(answer.text) < 50_000


def test_an_address_without_language_follows_the_reader() -> None:
    answer = call("GET", "/library/causes/thiazide", lang="en-US")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/library/causes/thiazide")
    kept = call("GET", "/library", lang="en", headers={"cookie": "lang=id"})
    assert kept.headers["location"] == "/id/library"
    assert "no-store" in kept.headers["cache-control"]


def test_what_is_not_there_is_said_in_the_language_of_the_address() -> None:
    for path in ("/id/library/causes/thiazde", "/id/library/nothing", "/id/library/nothing/at-all"):
        answer = call("GET", path)
        assert answer.status_code == 404
        assert "Halaman ini tidak ada" in answer.text
    assert 'href="/id/library/causes/thiazide"' in call("GET", "/id/library/causes/thiazde").text


def test_pages_may_be_kept_but_set_no_cookie() -> None:
    answer = call("GET", "/id/library/causes/thiazide")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"].startswith("public")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
