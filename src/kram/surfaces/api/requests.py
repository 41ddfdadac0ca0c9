"""What a caller may send. One definition reads the bodies and is the schema in the OpenAPI document.

The limits are about size only; what cannot be medically right is said by `kram.assessment.case_reading`.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

LARGEST = 200_000  # bytes of a body; a case is a few hundred
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Id = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[a-z][a-z0-9_]*$")]
Free = Annotated[str, Meta(max_length=5000)]
Answer = Annotated[str, Meta(min_length=1, max_length=200)] | float | bool | None


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """Who has the cramps. `sex`: female, male or unknown. `pregnant`: yes, no, or the weeks."""

    age: Annotated[float, Meta(description="years")]
    sex: Literal["female", "male", "unknown"]
    pregnant: Answer = None


class Lab(Struct, frozen=True, forbid_unknown_fields=True):
    """One laboratory value by name (`test`) or LOINC code, with its unit; or the `result` in words."""

    test: Name | None = None
    loinc: Name | None = None
    value: Answer = None
    unit: Name | None = None
    result: Answer = None


class Response(Struct, frozen=True, forbid_unknown_fields=True):
    """What a diary showed of something tried, as `kram trial answer --json` and the diary's page write it."""

    care: Id
    rate_ratio: float
    log_ratios: Annotated[list[float], Meta(max_length=1000)]
    log_likelihood: Annotated[list[float], Meta(max_length=1000)]


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """A person as far as known. What is left out is unknown, not "no"; the lists in `complete` are complete.

    `conditions`: names or ICD-10 codes. `medicines`: names, brands or ATC codes. `findings`: id or name -> answer.
    `complaint` is free text that is kept by the caller and never read; so are `id`, `note` and `expect` of case files.
    """

    person: Person
    complaint: Free | None = None
    conditions: Annotated[list[Name], Meta(max_length=200)] | None = None
    medicines: Annotated[list[Name], Meta(max_length=200)] | None = None
    findings: Annotated[dict[Name, Answer], Meta(max_length=500)] | None = None
    complete: Annotated[list[Literal["conditions", "medicines", "findings"]], Meta(max_length=3)] | None = None
    labs: Annotated[list[Lab], Meta(max_length=200)] | None = None
    responses: Annotated[list[Response], Meta(max_length=50)] | None = None
    id: Free | None = None
    note: Free | None = None
    expect: dict[str, Any] | None = None


class NextRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A case so far, and the ids of the questions and lists that were already put to the person, answered or not."""

    case: Case
    asked: Annotated[list[Id], Meta(max_length=1000)] = field(default_factory=list)
    clinic: bool = False
