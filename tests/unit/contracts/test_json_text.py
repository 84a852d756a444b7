import json

import pytest

from playlake_contracts.json_text import storable


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (rb'"half \ud83d a pair"', "half \ufffd a pair"),
        (rb'"\udc00 the other half"', "\ufffd the other half"),
        (rb'"\uD83D\uDE00 a pair"', "\U0001f600 a pair"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"nul \u0000"', "nul \ufffd"),
        (rb'"\\u0000 \\ud83d"', r"\u0000 \ud83d"),
        (rb'"\\\u0000"', "\\\ufffd"),
        (rb'"plain \u00e9"', "plain é"),
    ],
)
def test_only_escapes_that_no_text_can_hold_are_replaced(sent: bytes, text: str) -> None:
    assert json.loads(storable(sent)) == text
