"""Who is let in, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_lakes import NOW, OPERATOR, READER

from playlake_web.access.guard import Bearer, check_allowed, check_form
from playlake_web.access.hosts import is_known, is_loopback
from playlake_web.access.sessions import COOKIE, LIFETIME, Session, find_session
from playlake_web.access.tokens import Scope, Token, Tokens
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    import httpx

    from playlake_web.access.links import Links

TOKENS = Tokens((READER, OPERATOR))


def test_tokens_are_read_and_two_of_a_scope_are_valid_while_one_is_replaced() -> None:
    old, new = Token.make(Scope.READ), Token.make(Scope.READ)
    tokens = Tokens.parse(f"read:{old.secret}, read:{new.secret},operate:{OPERATOR.secret}")
    assert tokens.find(old.secret) == old
    assert tokens.find(new.secret) == new
    assert tokens.find(OPERATOR.secret) == OPERATOR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "token 1 has no scope"),
        ("secret", "token 1 has no scope"),
        ("write:" + "a" * 40, "token 1 has no scope"),
        (f"read:{'a' * 32},read:short", "token 2 has not 32 or more letters"),
        (f"read:{'ä' * 40}", "token 1 has not 32 or more letters"),
        (",".join(f"read:{letter * 32}" for letter in "abc"), "3 tokens have the scope read"),
    ],
)
def test_a_token_of_another_form_is_refused_without_showing_it(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        Tokens.parse(text)
    assert "aaa" not in str(refused.value)
    assert "short" not in str(refused.value)


def test_a_token_never_shows_its_secret() -> None:
    assert READER.secret not in repr(TOKENS)


@given(st.text())
def test_no_other_text_is_a_token(text: str) -> None:
    assert TOKENS.find(text) in {None, READER, OPERATOR}
    assert (TOKENS.find(text) is None) == (text not in {READER.secret, OPERATOR.secret})


def test_whoever_may_operate_may_read_and_not_the_other_way_round() -> None:
    for scope, method in ((Scope.OPERATE, "GET"), (Scope.OPERATE, "POST"), (Scope.READ, "HEAD")):
        assert check_allowed(Bearer(scope), method, "/runs") == Bearer(scope)
    with pytest.raises(ProblemError) as refused:
        check_allowed(Bearer(Scope.READ), "POST", "/runs")
    assert refused.value.code is ProblemCode.NOT_ALLOWED
    with pytest.raises(ProblemError) as refused:
        check_allowed(None, "GET", "/runs")
    assert refused.value.code is ProblemCode.SIGNED_OUT


def test_a_session_lasts_until_it_ends_or_its_token_is_taken_away() -> None:
    session = Session.begin(READER, NOW)
    assert find_session(TOKENS, session.cookie, NOW) == session
    assert find_session(TOKENS, session.cookie, NOW + LIFETIME - timedelta(seconds=1)) == session
    assert find_session(TOKENS, session.cookie, NOW + LIFETIME) is None
    assert find_session(Tokens((OPERATOR,)), session.cookie, NOW) is None


@pytest.mark.parametrize("cookie", ["", ".", "1.2", "9" * 400 + ".x", "²." + "a" * 64, "a.b.c"])
def test_a_cookie_of_another_form_is_no_session(cookie: str) -> None:
    assert find_session(TOKENS, cookie, NOW) is None


def test_a_session_cannot_be_made_longer_or_mightier() -> None:
    session = Session.begin(READER, NOW)
    ends, signature = session.cookie.split(".")
    assert find_session(TOKENS, f"{int(ends) + 1}.{signature}", NOW) is None
    found = find_session(TOKENS, session.cookie, NOW)
    assert found is not None
    assert found.scope is Scope.READ


def test_a_form_is_of_a_page_of_the_session() -> None:
    session, other = Session.begin(OPERATOR, NOW), Session.begin(OPERATOR, NOW + timedelta(hours=1))
    check_form(Bearer(Scope.OPERATE, session), session.form_key)
    for key in ("", other.form_key, session.cookie):
        with pytest.raises(ProblemError) as refused:
            check_form(Bearer(Scope.OPERATE, session), key)
        assert refused.value.code is ProblemCode.FORGED
    check_form(
        Bearer(Scope.OPERATE), ""
    )  # a program has no form, and no cookie that is sent by itself


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("localhost", True),
        ("LOCALHOST:8000", True),
        ("[::1]:8000", True),
        ("127.0.0.1:80", True),
        ("localhost.evil.example", False),
        ("evil.example:8000", False),
        ("", False),
        (None, False),
        ("[::1", False),
    ],
)
def test_a_host_is_known_by_its_name_with_any_port(host: str | None, known: bool) -> None:
    assert is_known(host, ("localhost", "127.0.0.1", "[::1]")) is known


@pytest.mark.parametrize(
    ("address", "loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.2", False), ("localhost.example", False)],  # noqa: S104
)  # fmt: skip
def test_only_addresses_of_this_machine_are_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def test_a_program_shows_a_token(guarded: httpx.Client) -> None:
    assert guarded.get("/runs").status_code == 401
    assert guarded.get("/runs").headers["www-authenticate"] == "Bearer"
    for shown in (f"Bearer {READER.secret}", f"bearer  {OPERATOR.secret}"):
        assert guarded.get("/runs", headers={"authorization": shown}).status_code == 200
    for shown in (READER.secret, f"Basic {READER.secret}", "Bearer", "Bearer x"):
        assert guarded.get("/runs", headers={"authorization": shown}).status_code == 401


def test_a_browser_is_sent_to_the_form_and_comes_back(guarded: httpx.Client) -> None:
    asked = guarded.get("/runs?before=x", headers={"accept": "text/html"})
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?to=%2Fruns%3Fbefore%3Dx"
    form = {"token": READER.secret, "to": "/runs?before=x"}
    signed = guarded.post("/login", data=form)
    assert signed.headers["location"] == "/runs?before=x"
    cookie = signed.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert guarded.get("/runs").status_code == 200
    guarded.post("/logout")
    assert COOKIE not in guarded.cookies


def test_a_wrong_token_is_said_on_the_form(guarded: httpx.Client) -> None:
    answered = guarded.post("/login", data={"token": "x", "to": "/"})
    assert answered.status_code == 401
    assert "This token is not valid" in answered.text


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "/login?to=/", "", "/\n/x"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(guarded: httpx.Client, to: str) -> None:
    form = {"token": READER.secret, "to": to}
    signed = guarded.post("/login", data=form)
    assert signed.headers["location"] == "/"


def test_a_link_signs_in_once(guarded: httpx.Client, links: Links) -> None:
    link = links.make(OPERATOR)
    assert guarded.get(link).headers["location"] == "/"
    assert guarded.get("/runs").status_code == 200
    guarded.cookies.clear()
    used = guarded.get(link)
    assert used.status_code == 401
    assert "was used before" in used.text


def test_what_the_form_is_made_of_needs_no_token(guarded: httpx.Client) -> None:
    assert guarded.get("/login").status_code == 200
    assert guarded.get("/files/playlake.css").status_code == 200
    assert guarded.get("/covers/song-" + "0" * 24 + ".svg").status_code == 401


def test_a_session_ends_at_its_time() -> None:
    assert Session.begin(READER, datetime(2026, 1, 1, tzinfo=UTC)).ends_at == datetime(
        2026, 1, 1, 12, tzinfo=UTC
    )


def test_behind_a_gateway_that_signs_requests_a_token_has_a_header_of_its_own(
    guarded: httpx.Client,
) -> None:
    signed = {"authorization": "AWS4-HMAC-SHA256 Credential=synthetic"}
    shown = {**signed, "x-playlake-token": READER.secret}
    assert guarded.get("/runs", headers=signed).status_code == 401
    assert guarded.get("/runs", headers=shown).status_code == 200
    assert guarded.post("/crawl", headers=shown).status_code == 403
    wrong = {"authorization": f"Bearer {READER.secret}", "x-playlake-token": "w" * 40}
    assert guarded.get("/runs", headers=wrong).status_code == 401
