"""Who may ask this service for anything: whoever reaches it, or whoever has a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_transformer.errors import ConfigurationError
from playlake_web.access.hosts import LOOPBACK, is_loopback
from playlake_web.access.links import Links
from playlake_web.access.tokens import Scope, Token, Tokens

if TYPE_CHECKING:
    from playlake_transformer.settings import Settings


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in, and under which names.

    Attributes:
        hosts: the names under which the service may be asked for.
        is_secure: whether browsers reach it by HTTPS alone.
        links: the links that sign a browser in once.
        tokens: the tokens that are valid; None lets everybody in who reaches the address.
        made: the token that was made for this start; None if the settings give some.
    """

    hosts: tuple[str, ...]
    is_secure: bool
    links: Links
    tokens: Tokens | None = None
    made: Token | None = None


def access_of(settings: Settings, address: str) -> Access:
    """Who is let in at an address.

    Raises:
        ConfigurationError: other machines reach the address, and there is no token.
    """
    tokens, made = None, None
    if settings.tokens is not None:
        tokens = Tokens.parse(settings.tokens.get_secret_value())
    elif settings.make_token:
        made = Token.make(Scope.OPERATE)
        tokens = Tokens((made,))
    elif not is_loopback(address):
        raise ConfigurationError(
            f"other machines reach {address}, and anybody could read the lake there and send "
            "dead letters back: set PLAYLAKE_TOKENS, or set PLAYLAKE_HTTP_HOST to 127.0.0.1"
        )
    return Access((*LOOPBACK, *settings.hosts), settings.is_secure, Links(), tokens, made)
