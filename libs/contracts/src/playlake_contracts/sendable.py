"""The texts that SQS takes."""

from __future__ import annotations

import re
from typing import Final

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
_NOT_SENDABLE: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sendable(text: str) -> str:
    """A text without the characters that SQS refuses: control characters and lone surrogates."""
    return _NOT_SENDABLE.sub("\ufffd", text)
