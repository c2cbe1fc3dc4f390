"""Which code looks like a secret, so that it is not sent to a language model."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

_FILES = (
    *(".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc"),
    *(".npmrc", ".pypirc", ".pgpass", ".htpasswd", "*.kdbx", "*.keystore"),
    *("credentials", "credentials.*", "secret", "secrets", "secrets.*", "secret.*"),
)

_LABEL = r"(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
# Two patterns: each begins with a fixed text, which is found fast in code of 1 MiB.
_FIRST_LINE = re.compile(f"-----BEGIN {_LABEL}")
_LAST_LINE = re.compile(f"-----END {_LABEL}")
_TOKENS = {
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}",
    "a token of GitLab": r"\bglpat-[\w-]{20,}",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{10,}",
    "a key of Google": r"\bAIza[\w-]{35,}",
    "a key of a model's provider": r"\bsk-[A-Za-z0-9_-]{20,}",
    "a token of PyPI": r"\bpypi-[\w-]{40,}",
    "a guest link": r"/pairedit/guest/?#[A-Za-z0-9]{16,32}\.[\w-]{1,64}\.[\w-]{1,128}",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _TOKENS.items()}
_LONGEST = 512
"""Characters of a token that begins or ends outside of a part of the code. Those of the
providers have up to about 250."""


def is_secret_file(title: str) -> bool:
    """Return whether a room's title is the name of a file that has secrets."""
    name = re.split(r"[/\\]", title.strip().lower())[-1]
    return any(fnmatchcase(name, pattern) for pattern in _FILES)


def secret_in(code: str, start: int = 0, end: int | None = None) -> str | None:
    """Return the kind of secret of which ``code[start:end]`` has a part, or None.

    The kind is a phrase. Forms that hardly occur otherwise are found, such as the first
    line of a private key. A password has no such form.
    """
    end = len(code) if end is None else end
    if _has_key(code, start, end):
        return "a private key"
    near = max(0, start - _LONGEST), min(len(code), end + _LONGEST)
    for kind, pattern in _PATTERNS.items():
        if any(
            found.start() < end and start < found.end()
            for found in pattern.finditer(code, *near)
        ):
            return kind
    return None


def _has_key(code: str, start: int, end: int) -> bool:
    """Return whether a private key overlaps ``code[start:end]``.

    A key without a last line goes on to the end of the code. Of a key without a first
    line, the last line alone is recognised.
    """
    before = []
    for pattern in (_FIRST_LINE, _LAST_LINE):
        last = -1
        for line in pattern.finditer(code):
            if line.start() >= end:
                break
            if line.end() > start:
                return True
            last = line.start()
        before.append(last)
    begun, ended = before
    return begun > ended
