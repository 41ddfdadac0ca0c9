"""A hook's request, strictly read: only what the specification names, and nothing that could lead us astray."""

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kram.errors import KramError

Json = dict[str, Any]
LARGEST = 50  # MB
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class HookError(KramError):
    """A request that is answered with an error. `status` of HTTP."""

    def __init__(self, status: int, key: str, /, **values: Any) -> None:
        super().__init__(key, **values)
        self.status = status


class HookRequest(msgspec.Struct, frozen=True):
    hook: str
    patient: str
    encounter: str | None
    context: Json
    prefetch: Json
    server: str | None
    token: str | None


def read_request(data: bytes, hook: str) -> HookRequest:
    """Raises HookError."""
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise HookError(400, "fhir_not_json", problem=str(fault)[:120]) from fault
    if not isinstance(raw, dict):
        raise HookError(400, "cds_not_object")
    if raw.get("hook") != hook:
        raise HookError(400, "cds_wrong_hook", given=str(raw.get("hook"))[:60], wanted=hook)
    if not isinstance(raw.get("hookInstance"), str) or not raw["hookInstance"]:
        raise HookError(400, "cds_field_missing", field="hookInstance")
    context = raw.get("context")
    if not isinstance(context, dict):
        raise HookError(400, "cds_field_missing", field="context")
    patient = context.get("patientId")
    if not isinstance(patient, str) or not _ID.fullmatch(patient.removeprefix("Patient/")):
        raise HookError(400, "cds_field_missing", field="context.patientId")
    encounter = context.get("encounterId")
    prefetch = raw.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, dict):
        raise HookError(400, "cds_field_wrong", field="prefetch")
    server = raw.get("fhirServer")
    authorization = raw.get("fhirAuthorization")
    token = authorization.get("access_token") if isinstance(authorization, dict) else None
    return HookRequest(
        hook,
        patient.removeprefix("Patient/"),
        encounter.removeprefix("Encounter/")
        if isinstance(encounter, str) and _ID.fullmatch(encounter.removeprefix("Encounter/"))
        else None,
        context,
        prefetch or {},
        server if isinstance(server, str) else None,
        token if isinstance(token, str) else None,
    )


def origin(address: str) -> str | None:
    """scheme://host:port of an http address, the port always said; None for anything else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return None
    return f"{parts.scheme}://{parts.hostname.lower()}:{port or (443 if parts.scheme == 'https' else 80)}"


def drafts(request: HookRequest) -> list[Json]:
    """The medicine orders on the table: of order-select only those just chosen."""
    bundle = request.context.get("draftOrders")
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    if not isinstance(entries, list):
        raise HookError(400, "cds_field_missing", field="context.draftOrders")
    orders = [
        entry["resource"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)
    ]
    orders = [order for order in orders if order.get("resourceType") == "MedicationRequest"]
    if request.hook == "order-select":
        chosen = request.context.get("selections")
        if not isinstance(chosen, list):
            raise HookError(400, "cds_field_missing", field="context.selections")
        orders = [order for order in orders if f"MedicationRequest/{order.get('id')}" in chosen]
    return orders
