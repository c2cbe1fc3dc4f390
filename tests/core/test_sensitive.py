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
        ("-----END PRIVATE KEY-----", "a private key"),
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


LINES = ["-----BEGIN RSA PRIVATE KEY-----", "MIIEow", "AKCAQE", *["b6f0"] * 9]
LAST = "-----END RSA PRIVATE KEY-----"


def lines_of(code: list[str], first: int, last: int) -> str | None:
    """Return the kind of secret of which lines of code have a part; one after last."""
    start, end = (len("".join(f"{line}\n" for line in code[:n])) for n in (first, last))
    return secret_in("\n".join(code), start, end)


def test_a_part_of_a_private_key_is_recognised_without_its_first_and_last_line() -> (
    None
):
    code = ["x = 1", *LINES, LAST, "y = 2", "z = 3"]
    kinds = [lines_of(code, n, n + 1) for n in range(len(code))]

    assert kinds == [None, *["a private key"] * 13, None, None]


def test_a_private_key_without_a_last_line_goes_on_to_the_end() -> None:
    code = ["x = 1", *LINES, "y = 2"]

    assert lines_of(code, 13, 14) == "a private key"
    assert lines_of(code, 0, 1) is None


def test_a_second_private_key_is_recognised_after_the_first() -> None:
    code = [*LINES, LAST, "x = 1", *LINES, LAST, "y = 2"]

    assert lines_of(code, 13, 14) is lines_of(code, 27, 28) is None
    assert lines_of(code, 15, 16) == lines_of(code, 2, 3) == "a private key"


@pytest.mark.parametrize(
    "token",
    [
        f"AKIA{'A' * 16}",
        f"ghp_{'a' * 36}",
        f"github_pat_{'a' * 82}",
        f"sk-proj-{'a' * 156}",
        f"xoxb-{'1' * 60}",
        f"glpat-{'a' * 50}",
        f"AIza{'a' * 35}",
        f"pypi-{'a' * 200}",
        f"/pairedit/guest#{ROOM}.abc.{KEY}",
    ],
)
def test_a_part_of_a_token_is_recognised_as_the_token(token: str) -> None:
    code = f"{'x = 1;' * 200} '{token}' {'y = 2;' * 200}"
    start, end = code.index(token), code.index(token) + len(token)

    assert secret_in(code, end - 1, len(code)) == secret_in(code) is not None
    assert secret_in(code, 0, start + 1) == secret_in(code)
    assert secret_in(code, end, len(code)) is secret_in(code, 0, start) is None


@pytest.mark.parametrize(
    "title",
    [".env", "prod/.env.local", "server.pem", "ID_RSA", "a\\b.key", "secrets.yaml"],
)
def test_a_room_that_is_named_like_a_file_of_secrets_is_one(title: str) -> None:
    assert is_secret_file(title)


@pytest.mark.parametrize("title", ["", "main.py", "environment", "the key", "Keys"])
def test_other_names_are_none(title: str) -> None:
    assert not is_secret_file(title)
