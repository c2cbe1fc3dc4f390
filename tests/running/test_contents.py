"""Contents of messages, with texts that are too long to be kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_pairedit.running.contents import Content


def content(value: object, most: int = 100) -> Content:
    return Content(json.dumps(value).encode(), most)


def test_a_short_content_is_decoded_as_a_whole() -> None:
    value = {"name": "stdout", "text": "ü\n", "data": [1, None, {"a": 2.5}]}
    found = content(value)
    assert (found.fields, found.cut) == (value, 0)


def test_the_start_of_a_long_text_is_decoded_wherever_it_is() -> None:
    text = "x" * 500
    for value in ({"name": "stderr", "text": text}, {"text": text, "name": "stderr"}):
        found = content(value)
        assert found.fields == {"name": "stderr", "text": "x" * 99}
        assert found.cut == 402  # of the string with its two quotes


@pytest.mark.parametrize("character", ["x", "\n", "ü", "😀", "\\", '"', "}", '"}'])
def test_of_a_long_text_of_a_stream_only_the_start_is_read(character: str) -> None:
    """What follows is not even JSON here."""
    for ascii_only in (True, False):
        value = {"name": "stderr", "text": character * 300}
        text = json.dumps(value, ensure_ascii=ascii_only).encode()
        for most in range(100, 140):
            found = Content(text[:200] + b"\xff", most, printed=True)
            start = found.fields["text"]
            assert found.fields.keys() == {"name", "text"}
            assert found.fields["name"] == "stderr"
            # Of the last character, there may be only a half.
            assert (character * 300).startswith(start[:-1]) and len(start) > 4
            assert found.cut == 201 - most


@pytest.mark.parametrize(
    "value",
    [
        {"text": "x" * 500, "name": "stderr"},
        {"name": "stderr", "text": "x", "more": ["y" * 500]},
        {"name": ["stderr"], "text": "x" * 500},
    ],
)
def test_a_stream_of_another_form_is_read_as_other_contents_are(
    value: dict[str, object],
) -> None:
    data = json.dumps(value).encode()

    found, other = Content(data, 100, printed=True), Content(data, 100)

    assert found.fields.keys() == value.keys()
    assert (found.fields, found.cut) == (other.fields, other.cut)


def test_a_short_text_of_a_stream_is_read_as_a_whole() -> None:
    found = Content(b'{"name":"stdout","text":"x"}', 100, printed=True)

    assert (found.fields, found.cut) == ({"name": "stdout", "text": "x"}, 0)


@pytest.mark.parametrize("character", ["\n", "ü", "😀", "\\", '"', "\\\\n"])
def test_a_text_may_be_cut_within_a_character_or_its_escape(character: str) -> None:
    for ascii_only in (True, False):
        text = json.dumps({"text": character * 99}, ensure_ascii=ascii_only)
        for most in range(30, 70):
            start = Content(text.encode(), most).fields["text"]
            # Of the last character, there may be only a half.
            assert (character * 99).startswith(start[:-1]) and len(start) > 1


def test_texts_by_their_types_are_cut_and_long_lists_left_out() -> None:
    data: dict[str, Any] = {"text/plain": "short", "text/html": "<b>" * 100}
    value = {"data": {**data, "list": list(range(100))}, "transient": {}}
    found = content(value)
    assert found.fields["transient"] == {}
    assert found.fields["data"]["text/plain"] == "short"
    assert found.fields["data"]["text/html"] == ("<b>" * 100)[:99]
    assert found.fields["data"]["list"] is None


def test_deep_objects_are_not_followed() -> None:
    found = content({"a": {"b": {"c": {"d": "x" * 500}}}})
    assert found.fields == {"a": {"b": {"c": None}}}


@pytest.mark.parametrize(
    "data", [b"", b"[1]", b"7", b"{", b'{"text":"' + b"x" * 500, b"\xff" * 500]
)
def test_what_is_no_object_is_empty(data: bytes) -> None:
    assert Content(data, 100).fields == {}


def test_what_is_not_quite_json_is_decoded() -> None:
    found = Content(b'{"text": "\xff\\ud83d", "n": NaN}', 100)
    assert found.fields["text"] == "\ufffd\ud83d"
