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

_SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}",
    "a token of GitLab": r"\bglpat-[\w-]{20}",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{10}",
    "a key of Google": r"\bAIza[\w-]{35}",
    "a key of a model's provider": r"\bsk-[A-Za-z0-9_-]{20}",
    "a token of PyPI": r"\bpypi-[\w-]{40}",
    "a guest link": r"/pairedit/guest/?#[A-Za-z0-9]{16,32}\.[\w-]{1,64}\.[\w-]{1,128}",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _SECRETS.items()}


def is_secret_file(title: str) -> bool:
    """Return whether a room's title is the name of a file that has secrets."""
    name = re.split(r"[/\\]", title.strip().lower())[-1]
    return any(fnmatchcase(name, pattern) for pattern in _FILES)


def secret_in(code: str) -> str | None:
    """Return the kind of secret that code contains, as a phrase, or None.

    Forms that hardly occur otherwise are found, such as the header of a private key.
    A password has no such form.
    """
    for kind, pattern in _PATTERNS.items():
        if pattern.search(code):
            return kind
    return None
