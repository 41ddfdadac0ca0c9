"""Whatever is sent according to the OpenAPI document, and whatever is sent against it: no 500, no untrue document."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.api.shared import app

pytestmark = pytest.mark.filterwarnings("ignore")  # of the client inside schemathesis

CONFIG = schemathesis.Config.from_dict(
    # what JSON Schema cannot say (a pregnant man, twice the same test) is refused with 422
    {"checks": {"positive_data_acceptance": {"expected-statuses": [200, 404, 422]}}}
)
schema = schemathesis.openapi.from_asgi("/api/openapi.json", app(), config=CONFIG)


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_requests_of_any_kind(case: schemathesis.Case) -> None:
    case.call_and_validate()


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_requests_of_any_kind(case: schemathesis.Case) -> None:
    case.call_and_validate()
