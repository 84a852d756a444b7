"""What is posted: a form of a page of this session, or JSON of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from playlake_web.access.guard import Bearer, check_form
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    from fastapi import Request

FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 1_000
_LISTS: Final = frozenset({"ids"})
_FLAGS: Final = frozenset({"all"})
_TRUE: Final = "true"
_OURS: Final = frozenset({"form_key", "to"})
# What browsers say of requests that no page of another site has sent.
_FROM_HERE: Final = frozenset({"same-origin", "none"})
# The two ways to say which letters are meant, as JSON Schema.
_THESE: Final[dict[str, Any]] = {
    "required": ["ids"],
    "properties": {"ids": {"type": "array", "minItems": 1}, "all": {"const": False}},
}
_ALL: Final[dict[str, Any]] = {
    "required": ["all"],
    "properties": {"ids": {"enum": [None, []]}, "all": {"const": True}},
}
_OF_FORMS: Final[dict[str, Any]] = {
    "form_key": {
        "type": "string",
        "description": "What the form of a page has, if a session sends it.",
    },
    "to": {"type": "string", "description": "The address of the page that follows."},
}


class Wanted(BaseModel):
    """What is wanted of an operation; an unknown name is refused, and so is another type."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


class Nothing(Wanted):
    """There is nothing to choose."""


class WantedLetters(Wanted):
    """Which dead letters are sent back: `ids`, or `all`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_THESE, _ALL]})

    ids: list[str] | None = None
    """Those that are meant, by their `id`."""
    all: bool = False
    """Whether all are meant."""

    @model_validator(mode="after")
    def _one_of_both(self) -> WantedLetters:
        if self.all == bool(self.ids):
            raise ValueError("give ids, or all as true")
        return self


class WantedDismissal(Wanted):
    """Which dead letters count no more, and why."""

    ids: list[str] = Field(min_length=1)
    """Those that are meant, by their `id`."""
    reason: str = Field(min_length=1, max_length=500, pattern=r"\S")
    """Why nobody has to look at them any more; it is kept."""
    by: str = Field("", max_length=100)
    """Who says so, such as a name; it is kept. Without it the page or the API is named."""


class WantedRun(Wanted):
    """Which run is transformed again."""

    run_id: str
    """The run."""


_Wanted = TypeVar("_Wanted", bound=Wanted)


async def posted(request: Request, kind: type[_Wanted]) -> tuple[_Wanted, str | None]:
    """What a request posts, and the address that its form leads back to; None for a program.

    Raises:
        ProblemError: it is of another form, or not of a page of this session.
    """
    bearer: Bearer = request.state.bearer
    body = await request.body()
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    form = _fields(body) if is_form else {}
    if request.headers.get("sec-fetch-site", "none") not in _FROM_HERE:
        raise ProblemError(ProblemCode.FORGED, "another site has sent this: use a page of this one")
    check_form(bearer, form.get("form_key", [""])[0])
    try:
        if is_form:
            wanted = kind.model_validate(_values(form))
        else:
            wanted = kind.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise ProblemError(ProblemCode.BAD_REQUEST, _sentence(error)) from error
    return wanted, inside(form.get("to", ["/"])[0]) if is_form else None


def inside(address: str) -> str:
    """An address of this page; anything else is its beginning."""
    is_inside = address.startswith("/") and not address.startswith(("//", "/\\", "/login"))
    return address if is_inside and address.isprintable() else "/"


def body_of(kind: type[Wanted]) -> dict[str, Any]:
    """What a route takes, for its documentation."""
    content = {
        "application/json": {"schema": kind.model_json_schema()},
        FORM: {"schema": _form_of(kind)},
    }
    return {"requestBody": {"required": kind is not Nothing, "content": content}}


def _form_of(kind: type[Wanted]) -> dict[str, Any]:
    """What a form has: texts, and `true` for what is so."""
    schema = kind.model_json_schema()
    properties = {**schema.get("properties", {}), **_OF_FORMS}
    found = {**schema, "properties": properties}
    if kind is WantedLetters:
        del found["oneOf"]
        every, ids = properties["all"], properties["ids"]
        array = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        properties["all"] = {
            "type": "string",
            "enum": [_TRUE],
            "description": every["description"],
        }
        properties["ids"] = {**array, "description": ids["description"]}
        found["oneOf"] = [{"required": ["ids"]}, {"required": ["all"]}]
    return found


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise ProblemError(ProblemCode.BAD_REQUEST, "the form cannot be read: load it again") from (
            error
        )


def _values(form: dict[str, list[str]]) -> dict[str, Any]:
    return {name: _value(name, found) for name, found in form.items() if name not in _OURS}


def _value(name: str, found: list[str]) -> object:
    """The value of a field; one that is given twice is a list, which only some may be."""
    if name in _LISTS or len(found) > 1:
        return found
    return True if name in _FLAGS and found[0] == _TRUE else found[0]


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(each) for each in first["loc"]) or "the body"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"
