"""Puts others in the place of users in the JSON of a source, and leaves every other byte.

Which fields hold users is the source's own: its `People`. The JSON is not decoded and encoded
again. Its texts are found where they stand, and those that name a user are replaced.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from playlake_contracts.sources.sheets import cells, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    # What stands in the place of the user with an id; None leaves the user.
    Instead = Callable[[str], str | None]

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],]', re.DOTALL)
_TEXT: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NULL: Final = b"null"
_NO_PICTURES: Final = b"[]"
_PICTURES: Final = "images"
_QUOTE: Final = b'"'


class UserField(NamedTuple):
    """A field of an object that names a user.

    Attributes:
        id: its key.
        names: the keys of fields of the same object that have the user's name.
        within: the keys under which the object stands; none: any.
        kind: the `type` of an object that is a user wherever it stands.
        links: the keys of fields of the same object that name the user by a URI or a link.
        is_artist: whether the user is the artist of a song, too.
    """

    id: str
    names: tuple[str, ...] = ()
    within: frozenset[str] = frozenset()
    kind: str | None = None
    links: tuple[str, ...] = ()
    is_artist: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """How a source writes users.

    Attributes:
        fields: the fields that name one.
        references: matches a URI or a link of a user in any text: what is before the id, and the
            id, percent-encoded or not.
        hint: a text that stands in every such URI and link.
        lists: the keys of lists of ids.
        column: the column of saved CSV files that has users, in small letters.
    """

    fields: tuple[UserField, ...]
    references: re.Pattern[str]
    hint: bytes
    lists: frozenset[str] = frozenset()
    column: str | None = None

    def user_of(self, text: str) -> str:
        """The id of the user whom an id, a URI or a link names."""
        found = self.references.search(text)
        return text if found is None else unquote(found[2])

    def redacted(self, body: bytes, instead: Instead, *, artists: bool = True) -> bytes:
        """JSON, or some of it, with others in the place of users; the same bytes if it names none.

        Args:
            body: the JSON.
            instead: says what stands in the place of a user.
            artists: whether users who are artists are replaced there as well.
        """
        if all(instead(user) is None for user in self._candidates(body)):
            return body
        fields = [each for each in self.fields if artists or not each.is_artist]
        return _applied(body, _Reading(self, fields, body, instead).edits())

    def users(self, body: bytes) -> set[str]:
        """Ids among which are those of all users whom JSON names; others may be among them."""
        return set(self._candidates(body))

    def replaced(self, text: str, instead: Instead) -> str:
        """A text with other references in the place of those to users."""

        def other(found: re.Match[str]) -> str:
            user = instead(unquote(found[2]))
            return found[0] if user is None else f"{found[1]}{user}"

        def in_cell(cell: str) -> str:
            user = instead(cell.strip())
            return cell if user is None else user

        plain = self.references.sub(other, text)
        if self.column is None or not self.has_column(text.encode(errors="surrogatepass")):
            return plain
        return replaced(plain, self.column, in_cell)

    def _candidates(self, body: bytes) -> Iterator[str]:
        keys = "|".join(re.escape(each.id) for each in self.fields)
        named = re.compile(rf'"(?:{keys})"\s*:\s*"((?:[^"\\]|\\.)*)"'.encode(), re.DOTALL)
        for text in set(named.findall(body)):
            yield self.user_of(_decoded(_QUOTE + text + _QUOTE))
        for name in self.lists:
            lists = re.compile(rf'"{re.escape(name)}"\s*:\s*\[([^\]]*)\]'.encode())
            for listed in lists.findall(body):
                yield from (self.user_of(_decoded(text[0])) for text in _TEXT.finditer(listed))
        if self.has_column(body):
            sheets = (text[0] for text in _TEXT.finditer(body) if self.has_column(text[0]))
            for sheet in sheets:
                each = cells(_decoded(sheet), self.column or "")
                yield from (self.user_of(cell.text.strip()) for cell in each)
        if b"\\/" in body or b"\\u" in body:
            texts = {text[0] for text in _TEXT.finditer(body) if self.is_hinted(text[0])}
            for text in texts:
                found = self.references.finditer(_decoded(text))
                yield from (unquote(each[2]) for each in found)
        else:  # nothing that could be a part of a reference is escaped
            named = re.compile(self.references.pattern.encode())
            for _, user in set(named.findall(body)):
                plain = user.partition(b"\\")[0]  # an escape ends it, as of a line feed
                yield unquote(plain.decode(errors="surrogateescape"))

    def has_column(self, text: bytes) -> bool:
        """Whether a text may be a CSV with a column of users."""
        return self.column is not None and self.column.encode() in text.lower()

    def is_hinted(self, token: bytes) -> bool:
        """Whether a text of JSON may have a URI or a link of a user."""
        return self.hint in token or b"\\u" in token


class _Edit(NamedTuple):
    start: int
    end: int
    body: bytes


class _Value(NamedTuple):
    """A text as the value of a field: where it stands, and what it is."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Scope:
    """An object or a list that is not at its end yet.

    Attributes:
        is_object: whether it is an object.
        under: the key of the field that it is the value of.
        start: where it begins.
        key: the key of the field that is being read.
        is_at_key: whether a key comes next.
        values: the texts that matter, by key.
        pictures: where the list of its pictures is.
    """

    is_object: bool
    under: str
    start: int
    key: str = ""
    is_at_key: bool = False
    values: dict[str, _Value] = field(default_factory=dict)
    pictures: tuple[int, int] | None = None


class _Reading:
    """Reads JSON once, and finds what is to be replaced."""

    def __init__(
        self, people: People, fields: Sequence[UserField], body: bytes, instead: Instead
    ) -> None:
        self._people = people
        self._fields = fields
        self._body = body
        self._instead = instead
        self._edits: list[_Edit] = []
        self._has_column = people.has_column(body)
        self._open: list[_Scope] = [_Scope(is_object=False, under="", start=0)]
        self._wanted = {"type"}.union(*((each.id, *each.names, *each.links) for each in fields))

    def edits(self) -> list[_Edit]:
        for found in _TOKEN.finditer(self._body):
            token, scope = found[0], self._open[-1]
            match token[:1]:
                case b'"':
                    self._read_text(scope, found)
                case b"{" | b"[":
                    is_object = token == b"{"
                    under = scope.key if scope.is_object else scope.under
                    self._open.append(_Scope(is_object, under, found.start(), is_at_key=is_object))
                case b",":
                    scope.is_at_key = scope.is_object
                case _:
                    self._close(found.end())
        return self._edits

    def _read_text(self, scope: _Scope, found: re.Match[bytes]) -> None:
        token = found[0]
        if scope.is_at_key:
            scope.key, scope.is_at_key = _decoded(token), False
            return
        is_wanted = scope.is_object and scope.key in self._wanted
        is_listed = not scope.is_object and scope.under in self._people.lists
        is_hinted = self._people.is_hinted(token)
        is_hinted |= self._has_column and self._people.has_column(token)
        if not (is_wanted or is_listed or is_hinted):
            return
        text = _decoded(token)
        if is_wanted:
            scope.values[scope.key] = _Value(found.start(), found.end(), text)
        listed = self._instead(self._people.user_of(text)) if is_listed else None
        other = self._people.replaced(text, self._instead) if listed is None else listed
        if other != text:
            self._replace(found.start(), found.end(), other)

    def _close(self, end: int) -> None:
        if len(self._open) == 1:  # the JSON is broken
            return
        scope = self._open.pop()
        if scope.is_object:
            for each in self._fields:
                self._redact(scope, each)
        elif scope.under == _PICTURES and self._open[-1].is_object:
            self._open[-1].pictures = (scope.start, end)

    def _redact(self, scope: _Scope, field: UserField) -> None:
        other = self._instead_in(scope, field) if self._is_user(scope, field) else None
        if other is None:
            return
        value = scope.values.get(field.id)
        # A URI or a link was replaced already, and is longer than an id.
        if value is not None and self._people.references.search(value.text) is None:
            self._replace(value.start, value.end, other)
        for name in field.names:
            if (named := scope.values.get(name)) is not None:
                self._edits.append(_Edit(named.start, named.end, _NULL))
        if field.names and scope.pictures is not None:
            self._edits.append(_Edit(*scope.pictures, _NO_PICTURES))

    def _is_user(self, scope: _Scope, field: UserField) -> bool:
        if not field.within or scope.under in field.within:
            return True
        kind = scope.values.get("type")
        return kind is not None and kind.text == field.kind

    def _instead_in(self, scope: _Scope, field: UserField) -> str | None:
        """What stands in the place of the user of an object, whichever field of it names one."""
        return next(filter(None, map(self._instead, self._users_in(scope, field))), None)

    def _users_in(self, scope: _Scope, field: UserField) -> Iterator[str]:
        if (value := scope.values.get(field.id)) is not None:
            yield self._people.user_of(value.text)
        links = (scope.values[key].text for key in field.links if key in scope.values)
        for found in map(self._people.references.search, links):
            if found is not None:  # a link to no user is no id
                yield unquote(found[2])

    def _replace(self, start: int, end: int, text: str) -> None:
        self._edits.append(_Edit(start, end, json.dumps(text).encode()))


def _applied(body: bytes, edits: list[_Edit]) -> bytes:
    pieces, at = [], 0
    # Of two that begin at one place the later one is that of the object, which knows more.
    last = {edit.start: edit for edit in edits}
    for edit in sorted(last.values()):
        if edit.start >= at:  # else it is inside of a list that is replaced
            pieces += [body[at : edit.start], edit.body]
            at = edit.end
    return b"".join([*pieces, body[at:]])


def _decoded(token: bytes) -> str:
    text = token.decode(errors="surrogateescape")
    try:
        decoded: str = json.loads(text, strict=False)
    except ValueError:  # an escape that no JSON has
        return text[1:-1]
    return decoded
