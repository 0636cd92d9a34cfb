"""The head of an HTTP/1 message in, its parts out, and back again: what the guard must read of what it passes on."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(rb"[\x21-\x7e][\x20-\x7e\x80-\xff]*")
_FIELD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_OF_ONE_HOP = frozenset({b"connection", b"keep-alive", b"proxy-authorization", b"proxy-connection", b"te", b"upgrade"})


class HeadError(Exception):
    """What arrived is no head of an HTTP/1 message."""


@dataclass(frozen=True, slots=True)
class Head:
    """A start line, which is three words, and the fields below it as they were sent."""

    start: tuple[bytes, bytes, bytes]
    """Method, target, version of a request; version, status, reason of a response."""
    fields: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def parse(cls, raw: bytes) -> Head:
        """All bytes up to and with the blank line; raises HeadError.

        Strict where a lax reader would see another message than the next one does (RFC 9112, section 11).
        """
        first, *lines = raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
        words = first.split(b" ", 2)
        if not _START.fullmatch(first) or len(words) < 2:
            raise HeadError
        fields = []
        for line in lines:
            name, colon, value = line.partition(b":")
            if not colon or not _FIELD.fullmatch(name) or any(byte in value for byte in b"\r\n\0"):
                raise HeadError
            fields.append((name, value.strip()))
        return cls((words[0], words[1], words[2] if len(words) > 2 else b""), tuple(fields))

    def values(self, name: bytes) -> list[bytes]:
        """The values of a field, whose name is in lower case."""
        return [value for each, value in self.fields if each.lower() == name]

    def path(self) -> bytes:
        """What a server is asked for when a proxy was asked for `http://host:port/path?query`; raises HeadError."""
        if found := re.fullmatch(rb"(?i:http)://[^/?#]+([^#]*)", self.start[1]):
            return found[1] if found[1].startswith(b"/") else b"/" + found[1]
        raise HeadError

    def length(self) -> int:
        """Bytes of the body of a request; raises HeadError when a single Content-Length does not tell."""
        given = set(self.values(b"content-length"))
        if self.values(b"transfer-encoding") or len(given) > 1:
            raise HeadError
        if not given:
            return 0
        if not re.fullmatch(rb"[0-9]{1,15}", text := given.pop()):
            raise HeadError
        return int(text)

    def for_one_message(self, *start: bytes) -> bytes:
        """As bytes with another start line, and with the word that the connection ends after this message."""
        kept = [name + b": " + value for name, value in self.fields if name.lower() not in _OF_ONE_HOP]
        return b"\r\n".join([b" ".join(start), *kept, b"Connection: close", b"", b""])
