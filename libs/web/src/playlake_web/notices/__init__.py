"""Notices: what a run changed or could not do, told by a webhook, by mail or by a topic of SNS.

`notice_of` makes the notice of a run, `Teller` sends it once, and the channels are how.
"""

from playlake_web.notices.channels import Channel, NotSentError
from playlake_web.notices.findings import EndedRun, RejectedPart, Stopped, whose_run
from playlake_web.notices.notice import Notice, trial_notice
from playlake_web.notices.telling import Teller, Telling
from playlake_web.notices.writing import notice_of

__all__ = [
    "Channel",
    "EndedRun",
    "NotSentError",
    "Notice",
    "RejectedPart",
    "Stopped",
    "Teller",
    "Telling",
    "notice_of",
    "trial_notice",
    "whose_run",
]
