"""A folder in; a practice newsroom with a webhook receiver and a mailbox, and what a crawl of it needs, out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawler.newsroom.mailbox import Mailbox
from crawler.newsroom.receiver import Receiver

SECRET = "whsec_cHJhY3RpY2Ugb25seSwgbm90IGEgc2VjcmV0IQ=="  # noqa: S105 - made up, for messages that stay on loopback
SECRET_ENV = "MARSAD_PRACTICE_SECRET"  # noqa: S105 - a variable's name
HOOK, MAIL = "desk-hook", "desk-mail"
"""The two channels."""

_WATCHES = """\
[[watch]]
name = "security-guarantees"
terms = ["@security-guarantees"]

[[watch]]
name = "nato"
terms = ["@nato"]

[[channel]]
name = "{hook}"
url = "{url}"
secret_env = "{secret_env}"
private = true

[[channel]]
name = "{mail}"
url = "mailto:desk@practice.invalid"
"""


def write_watches(folder: Path, receiver: Receiver) -> Path:
    """The two mission watches, to be told to the receiver and the mailbox."""
    path = folder / "watches.toml"
    path.write_text(_WATCHES.format(hook=HOOK, url=receiver.url, secret_env=SECRET_ENV, mail=MAIL), encoding="utf-8")
    return path


def practice_settings(folder: Path, mailbox: Mailbox) -> dict[str, Any]:
    """Settings of a crawl of the newsroom: loopback allowed, and no politeness towards ourselves."""
    return {
        "STORE_URL": f"sqlite:///{folder / 'marsad.db'}",
        "WATCHES_PATH": str(folder / "watches.toml"),
        "SMTP_URL": mailbox.url,
        "ALLOW_PRIVATE_ADDRESSES": True,
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0.0,
        "RETRY_TIMES": 0,
    }
