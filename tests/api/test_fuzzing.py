"""Whatever is sent according to the OpenAPI document, and whatever is sent against it: no 500, no untrue document."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from starlette.applications import Starlette

from kram.loading import load_assessor
from kram.surfaces.api import routes
from tests.api.shared import app
from tests.spec.shared import ROOT

pytestmark = pytest.mark.filterwarnings("ignore")  # of the client inside schemathesis

CONFIG = schemathesis.Config.from_dict(
    # what JSON Schema cannot say (a pregnant man, twice the same test) is refused with 422
    {"checks": {"positive_data_acceptance": {"expected-statuses": [200, 404, 422]}}}
)
ADDRESS = "/api/openapi.json"
# the interface is the same on a small knowledge, only quicker
small = schemathesis.openapi.from_asgi(
    ADDRESS, Starlette(routes=routes(load_assessor(ROOT / "tests" / "knowledge" / "small"))), config=CONFIG
)
whole = schemathesis.openapi.from_asgi(ADDRESS, app(), config=CONFIG)
how = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@small.parametrize()
@how
def test_requests_of_any_kind(case: schemathesis.Case) -> None:
    case.call_and_validate()


@pytest.mark.slow
@whole.parametrize()
@settings(how, max_examples=100)
def test_requests_of_any_kind_on_the_whole_knowledge(case: schemathesis.Case) -> None:
    case.call_and_validate()
