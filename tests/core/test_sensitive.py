"""Secrets that are recognised before code is sent anywhere."""

from __future__ import annotations

import pytest

from jupyter_pairedit.core.sensitive import is_secret_file, secret_in

ROOM, KEY = "A" * 22, "B" * 43


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("key = 'AKIAIOSFODNN7EXAMPLE'", "a key of AWS"),
        (f"token = 'ghp_{'a' * 36}'", "a token of GitHub"),
        (f"github_pat_{'a' * 40}", "a token of GitHub"),
        (f"OPENAI = 'sk-{'a' * 40}'", "a key of a model's provider"),
        (f"sk-ant-api03-{'a' * 40}", "a key of a model's provider"),
        ("xoxb-1234567890-abc", "a token of Slack"),
        (f"glpat-{'a' * 20}", "a token of GitLab"),
        (f"https://h.example/pairedit/guest#{ROOM}.abc.{KEY}", "a guest link"),
    ],
)
def test_a_secret_is_recognised_by_its_form(code: str, kind: str) -> None:
    assert secret_in(f"x = 1\n{code}\n") == kind


@pytest.mark.parametrize(
    "code",
    [
        "task-manager-with-a-very-long-name-of-many-words",
        "-----BEGIN CERTIFICATE-----",
        "sk-learn",
        "password = input()",
        "AKIA",
        "https://h.example/pairedit/guest",
    ],
)
def test_ordinary_code_is_none(code: str) -> None:
    assert secret_in(code) is None


@pytest.mark.parametrize(
    "title",
    [".env", "prod/.env.local", "server.pem", "ID_RSA", "a\\b.key", "secrets.yaml"],
)
def test_a_room_that_is_named_like_a_file_of_secrets_is_one(title: str) -> None:
    assert is_secret_file(title)


@pytest.mark.parametrize("title", ["", "main.py", "environment", "the key", "Keys"])
def test_other_names_are_none(title: str) -> None:
    assert not is_secret_file(title)
