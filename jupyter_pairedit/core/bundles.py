"""What is shown of the results and errors of a kernel.

A kernel sends a result in several forms, a bundle by MIME type. One that a page can
show safely is kept, in this order: a raster image, SVG, HTML, text. Nothing that a
kernel sends is trusted: it may have any shape and size.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from .limits import Limits
from .outputs import WIDEST
from .storable import made_storable
from .streams import plain

ELSEWHERE = "Shown in the notebook only."

_MAGIC = {
    "image/png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/gif": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    "image/webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
}
_MARKUP = ("image/svg+xml", "text/html")
_JSON = "application/json"
_TEXTS = ("text/markdown", "text/plain", "text/latex", _JSON)
"""Where only text is shown. The plain text of Markdown is the name of its class."""
_NAME = re.compile(r"<[\w.]+ object(?: at 0x[0-9a-f]+)?>", re.ASCII)
"""The plain text of an object of IPython that has another form, such as a formula."""
_ACTIVE = (
    *("application/javascript", "text/javascript", "application/vnd.jupyter.widget"),
    *("application/vnd.vega", "application/vnd.plotly", "application/vnd.bokehjs"),
    "application/vnd.holoviews",
)
"""Types that a program in the page shows. HTML beside them is an empty frame."""


_TRACEBACK = 64 * 1024
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept of a bundle; see ``core.outputs.Output``."""

    text: str
    mime: str = ""
    data: str = ""
    width: int = 0
    height: int = 0


def shown(bundle: object, limits: Limits, metadata: object = None) -> Shown | None:
    """Choose what is shown of a bundle; None if there is nothing in it.

    ``metadata`` are those of its message, which may have the sizes of images.
    """
    if not isinstance(bundle, Mapping) or not bundle:
        return None
    notes = []
    for mime in _MAGIC:
        if mime in bundle:
            image, why_not = _image(mime, bundle[mime], limits.run_image)
            if image:
                size = _size_in(metadata, mime)
                return Shown(_text(bundle, limits), mime, image, *size)
            notes.append(why_not)
    active = any(str(mime).startswith(_ACTIVE) for mime in bundle)
    for mime in _MARKUP:
        markup = _joined(bundle.get(mime))
        if markup is None or (active and mime == "text/html"):
            continue
        markup = made_storable(markup)
        if len(markup.encode()) <= limits.run_markup:
            size = (0, 0) if mime == "text/html" else _size_in(metadata, mime)
            return Shown(_text(bundle, limits), mime, markup, *size)
        kind = "HTML" if mime == "text/html" else "An image (SVG)"
        notes.append(f"{kind} of more than {_size(limits.run_markup)} is not shown.")
    text = _text(bundle, limits, _TEXTS)
    if any(mime not in (*_MAGIC, *_MARKUP, *_TEXTS) for mime in bundle):
        notes.append(ELSEWHERE)
    return Shown("\n".join(filter(None, [text, *notes])))


def is_shown(mime: str, data: str) -> bool:
    """Return whether an output may have this type and data; see ``Output``."""
    if mime in _MAGIC:
        return _is_image(mime, data)
    return mime in _MARKUP or not (mime or data)


def _size_in(metadata: object, mime: str) -> tuple[int, int]:
    """Return the width and height that metadata have for an image; 0 without one.

    A figure of twice the pixels, for dense screens, has half of its size there.
    """
    found = metadata.get(mime) if isinstance(metadata, Mapping) else None
    if not isinstance(found, Mapping):
        return 0, 0
    return _pixels(found.get("width")), _pixels(found.get("height"))


def _pixels(value: object) -> int:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0
    return round(value) if 1 <= value <= WIDEST else 0  # also for NaN


def error_text(content: Mapping[str, object]) -> str:
    """Return the traceback of an error; without one, its name and value.

    Of a long one, the start and the end are kept.
    """
    text = _joined(content.get("traceback"), "\n")
    if not text:
        parts = (_joined(content.get(each)) for each in ("ename", "evalue"))
        text = ": ".join(filter(None, parts)) or "The code has raised an error."
    if len(text) > _TRACEBACK:
        start, _, _ = text[: _TRACEBACK // 2].rpartition("\n")
        _, _, end = text[-_TRACEBACK // 2 :].partition("\n")
        text = f"{start or text[: _TRACEBACK // 2]}\x1b[m\n…\n{end}"
    return plain(text)


def _image(mime: str, value: object, most: int) -> tuple[str, str]:
    """Return the checked image in base64, or a sentence why it is not shown."""
    text = "".join((_joined(value) or "").split())
    if len(text) > (most + 2) // 3 * 4:
        return "", f"An image of more than {_size(most)} is not shown."
    if not _is_image(mime, text):
        return "", f"An image is not shown because it is not {mime}."
    return text, ""


def _is_image(mime: str, text: str) -> bool:
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:  # also of text that is not ASCII
        return False
    return bool(_MAGIC[mime](data))


def _text(
    bundle: Mapping[object, object],
    limits: Limits,
    mimes: tuple[str, ...] = ("text/plain",),
) -> str:
    name = ""
    for mime in mimes:
        value = bundle.get(mime)
        is_json = mime == _JSON and mime in bundle
        text = _written(value, limits.run_size) if is_json else _joined(value)
        if text and _NAME.fullmatch(text):
            name = text
        elif text is not None:
            return _cut(text, limits)
    return name


def _written(value: object, most: int) -> str | None:
    """Return JSON on several lines, a little more than ``most`` characters of it."""
    pieces, length = [], 0
    with suppress(RecursionError):
        for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
            pieces.append(piece)
            length += len(piece)
            if length > most:
                break
        return "".join(pieces)
    return None


def _joined(value: object, between: str = "") -> str | None:
    """Return a text, which may be a list of texts as in a notebook; else None."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return between.join(each for each in value if isinstance(each, str))
    return None


def _cut(text: str, limits: Limits) -> str:
    """Return the text with colours; of a longer one than a run may have, the start."""
    folded = plain(text[: limits.run_size])
    return folded if len(text) <= limits.run_size else f"{folded}\n… cut"


def _size(number: int) -> str:
    return f"{number // 1024} KiB" if number < 1024**2 else f"{number // 1024**2} MiB"
