"""Requests that are wrong, and FHIR servers that are slow, wrong or gone: a clear answer, and soon."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from kram.surfaces import cds
from kram.surfaces.cds.requests import origin
from tests.cds.test_cards import CRAMPS, QUININE, request, searchset
from tests.fhir.shared import call, post
from tests.records.shared import PATIENT
from tests.records.test_properties import JUNK
from tests.spec.shared import assessor

SECONDS = 1.0


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (without(request("patient-view"), "hook"), 400, "hook"),
        (without(request("patient-view"), "hookInstance"), 400, "hookInstance"),
        (without(request("patient-view"), "context"), 400, "context"),
        (without(request("patient-view"), "prefetch"), 412, "patient, conditions"),
        (request("patient-view") | {"prefetch": {"patient": PATIENT}}, 412, "conditions"),
        (request("patient-view") | {"prefetch": {"patient": None, "conditions": None}}, 412, "patient"),
        (request("patient-view") | {"prefetch": [1]}, 400, "prefetch"),
        (request("patient-view") | {"hook": "order-sign"}, 400, "order-sign"),
        (request("patient-view") | {"context": {"patientId": "../../admin"}}, 400, "patientId"),
        (request("patient-view", CRAMPS) | {"prefetch": {"patient": {"resourceType": "OperationOutcome"}, "conditions": None}}, 412, "patient"),
        (request("patient-view", CRAMPS) | {"prefetch": {"patient": PATIENT | {"id": "q"}, "conditions": searchset(CRAMPS)}}, 412, "Patient/p"),
    ],
)  # fmt: skip
def test_a_request_that_is_wrong_or_lacks_data(body: dict[str, Any], status: int, says: str) -> None:
    response = post("/cds-services/kram-patient-view?lang=en", body)
    assert response.status_code == status
    assert says in response.json()["error"]


def test_an_order_hook_without_orders() -> None:
    body = request("order-sign")
    del body["context"]["draftOrders"]
    assert post("/cds-services/kram-order-sign", body).status_code == 400


def test_no_such_service_and_other_methods() -> None:
    assert post("/cds-services/other", {}).status_code == 404
    assert call("GET", "/cds-services/kram-patient-view").status_code == 405
    preflight = call("OPTIONS", "/cds-services/kram-patient-view")
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"


@given(st.binary(max_size=200) | JUNK.map(lambda junk: json.dumps(junk).encode()))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_answered(body: bytes) -> None:
    response = call("POST", "/cds-services/kram-patient-view", content=body)
    assert response.status_code == 400
    assert response.json()["error"]


@given(st.sampled_from(["context", "prefetch", "fhirServer", "fhirAuthorization", "hookInstance"]), JUNK)
@settings(max_examples=60, deadline=None)
def test_any_json_in_any_field_is_answered(field: str, junk: Any) -> None:
    response = post("/cds-services/kram-order-sign", request("order-sign", orders=(QUININE,)) | {field: junk})
    assert response.status_code in (200, 400, 412)


# FHIR servers


class Server(BaseHTTPRequestHandler):
    """Answers as `mood` says; `seen` are the paths asked for."""

    mood = "well"
    seen: list[str]
    sent_authorization: list[str | None]

    def do_GET(self) -> None:
        type(self).seen.append(self.path)
        type(self).sent_authorization.append(self.headers.get("Authorization"))
        if self.mood == "silent":
            threading.Event().wait(20)
            return
        if self.mood == "dripping":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                threading.Event().wait(0.1)
            return
        if self.mood == "redirecting":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            return
        status = {"forbidding": 403, "failing": 500}.get(self.mood, 200)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(self.content())

    def content(self) -> bytes:
        if self.mood == "talking html":
            return b"<html>log in</html>"
        if self.mood == "nested":
            return b"[" * 100_000
        if "/Patient/" in self.path:
            return json.dumps(PATIENT).encode()
        if "/Condition" in self.path:
            found = searchset() if "page=2" not in self.path else searchset(CRAMPS)
            if "page=2" not in self.path:
                host = self.headers["Host"] if self.mood != "leading away" else "127.0.0.2:1"
                found["link"] = [{"relation": "next", "url": f"http://{host}/fhir/Condition?page=2"}]
            return json.dumps(found).encode()
        return json.dumps(searchset()).encode()

    def log_message(self, *_: Any) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what these tests are about."""


@contextmanager
def serving(mood: str) -> Iterator[tuple[str, type[Server]]]:
    handler = type("Moody", (Server,), {"mood": mood, "seen": [], "sent_authorization": []})
    server = Quiet(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/fhir", handler
    finally:
        server.shutdown()
        server.server_close()


def asked(address: str, allowed: frozenset[str], seconds: float = SECONDS) -> tuple[httpx.Response, float]:
    """The reply of a service that may ask the servers allowed, and how long it took."""
    body = without(request("patient-view"), "prefetch") | {
        "fhirServer": address,
        "fhirAuthorization": {"access_token": "secret", "token_type": "Bearer"},
    }
    body["context"]["encounterId"] = "e1"

    async def run() -> tuple[httpx.Response, float]:
        application = Starlette(routes=cds.routes(assessor(), allowed, seconds))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://kram.test") as client:
            loop = asyncio.get_running_loop()
            start = loop.time()
            response = await client.post("/cds-services/kram-patient-view?lang=en", json=body, timeout=60)
            return response, loop.time() - start

    return asyncio.run(run())


def test_what_prefetch_lacks_is_fetched_page_by_page_from_an_allowed_server() -> None:
    with serving("well") as (address, server):
        response, _ = asked(address, frozenset({address}), seconds=30)
        assert response.status_code == 200
        assert len(response.json()["cards"]) == 1
        assert "/fhir/Patient/p" in server.seen
        assert "/fhir/Encounter/e1" in server.seen
        assert set(server.sent_authorization) == {"Bearer secret"}


def test_by_default_no_server_is_asked() -> None:
    with serving("well") as (address, server):
        response, _ = asked(address, frozenset())
        assert response.status_code == 412
        assert server.seen == []


def test_another_server_than_the_allowed_is_not_asked() -> None:
    with serving("well") as (address, server):
        response, _ = asked(address, frozenset({address.replace("127.0.0.1", "localhost"), "https://rs.example/fhir"}))
        assert response.status_code == 412
        assert server.seen == []


@pytest.mark.parametrize(
    "mood", ["silent", "dripping", "redirecting", "forbidding", "failing", "talking html", "nested", "leading away"]
)
def test_a_server_that_is_slow_or_wrong_ends_in_a_clear_answer(mood: str) -> None:
    with serving(mood) as (address, server):
        response, seconds = asked(address, frozenset({address}))
        assert response.status_code == 412
        assert "FHIR server" in response.json()["error"]
        assert seconds < SECONDS + 5
        assert server.seen


def test_a_server_that_is_gone() -> None:
    with serving("well") as (address, _):
        pass
    response, _ = asked(address, frozenset({address}))
    assert response.status_code == 412
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://rs.example/fhir", "https://rs.example:443"),
        ("HTTPS://RS.example:443/", "https://rs.example:443"),
        ("http://rs.example:8080/x", "http://rs.example:8080"),
        ("https://rs.example@evil.example/fhir", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("http://[::1", None),
        ("http://rs.example:99999999/", None),
    ],
)
def test_the_origin_of_an_address(address: str, place: str | None) -> None:
    assert origin(address) == place
