"""The guards of requests to a language model."""

from __future__ import annotations

from .mutant import Mutant

COMPLETERS = (
    Mutant(
        "a completer that fails answers",
        "autocomplete/base.py",
        "    except Exception:\n        _log.exception",
        "    except ZeroDivisionError:\n        _log.exception",
        "tests/connections/test_suggestions.py",
    ),
    Mutant(
        "what looks like a secret is not sent to a model",
        "autocomplete/asking.py",
        "    if kind := secret_in(",
        "    if kind := str() and secret_in(",
        "tests/autocomplete/test_asking.py",
    ),
    Mutant(
        "a redirect of a model's server is not followed",
        "autocomplete/stream.py",
        "follow_redirects=False",
        "follow_redirects=True",
        "tests/autocomplete/test_trouble.py",
    ),
    Mutant(
        "the special tokens of a model in the code do not steer it",
        "core/prompts.py",
        "    before = neutral(from_units(units[start:cursor]))",
        "    before = from_units(units[start:cursor])",
        "tests/autocomplete/test_dialects.py",
    ),
    Mutant(
        "a key that others can read is refused",
        "autocomplete/keys.py",
        "or status.st_mode & 0o077",
        "or status.st_mode & 0o000",
        "tests/autocomplete/test_settings.py",
    ),
)
