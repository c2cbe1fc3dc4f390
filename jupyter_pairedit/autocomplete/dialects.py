"""How each kind of server is asked for a completion, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.fim import Template
from ..core.prompts import Prompt

TOKENS = {"line": 64, "block": 256}
"""The most tokens of an answer. A block may begin after a fence and a repeated line."""

_HOLE = "<|hole|>"
_SYSTEM = (
    "You complete code. Answer with the code that belongs in the place of "
    f"{_HOLE}, and with nothing else: no explanation, no code that is there already."
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The requests and the answers of one kind of server."""

    path: str
    """What follows the base URL."""
    body: Callable[[Prompt, str, Template | None], dict[str, Any]]
    """Makes the request of a prompt, the model's name and a template."""
    piece: Callable[[Any], object]
    """Returns the text of one event. Raises ``LookupError`` or ``TypeError``."""
    is_last: Callable[[Any], object]
    """Whether an event is the last one. A ``[DONE]`` may follow."""
    url: str = ""
    """The base URL if none is set."""
    model: str | None = None
    """The model if none is set; None if one has to be named."""
    chat: bool = False


def _infill(prompt: Prompt, model: str, _: Template | None) -> dict[str, Any]:
    # The caret's line goes behind the tokens: the model goes on in it, and no token
    # is cut at the caret.
    line = prompt.line
    return {
        "input_prefix": prompt.before[: len(prompt.before) - len(line)],
        "input_suffix": prompt.after,
        "prompt": line,
        "n_predict": TOKENS[prompt.mode],
        "temperature": prompt.temperature,
        "cache_prompt": True,
        "stream": True,
    } | _line_end(prompt)


def _ollama(prompt: Prompt, model: str, _: Template | None) -> dict[str, Any]:
    return {
        "model": model,
        "prompt": prompt.before,
        # Without a suffix, Ollama takes the prompt for the message of a chat.
        "suffix": prompt.after or "\n",
        "stream": True,
        "options": {
            "temperature": prompt.temperature,
            "num_predict": TOKENS[prompt.mode],
        }
        | _line_end(prompt),
    }


def _suffix(prompt: Prompt, model: str, _: Template | None) -> dict[str, Any]:
    return {"prompt": prompt.before, "suffix": prompt.after} | _openai(prompt, model)


def _template(prompt: Prompt, model: str, template: Template | None) -> dict[str, Any]:
    assert template is not None
    rendered = template.render(prompt.before, prompt.after)
    body = {"prompt": rendered} | _openai(prompt, model)
    # OpenAI takes four. ``suggesting`` applies the others.
    return body | {"stop": [*body.get("stop", ()), *template.stops][:4]}


def _chat(prompt: Prompt, model: str, _: Template | None) -> dict[str, Any]:
    code = f"{prompt.before}{_HOLE}{prompt.after}"
    body = _openai(prompt, model)
    # The answer may begin with a fence.
    body.pop("stop", None)
    return body | {
        "messages": [
            {"role": "system", "content": _SYSTEM},
            {"role": "user", "content": f"Language: {prompt.language}\n\n{code}"},
        ],
        "max_tokens": TOKENS["block"],
    }


def _openai(prompt: Prompt, model: str) -> dict[str, Any]:
    body = {
        "max_tokens": TOKENS[prompt.mode],
        "temperature": prompt.temperature,
        "stream": True,
    }
    return body | _line_end(prompt) | ({"model": model} if model else {})


def _line_end(prompt: Prompt) -> dict[str, Any]:
    # Some servers refuse an empty list.
    return {"stop": ["\n"]} if prompt.mode == "line" else {}


def _text(event: Any) -> object:
    choices = event["choices"]
    return choices[0]["text"] if choices else ""


def _is_finished(event: Any) -> object:
    return event["choices"] and event["choices"][0].get("finish_reason")


def _message(event: Any) -> object:
    if not event["choices"]:
        return ""  # the last event may only count tokens
    choice = event["choices"][0]
    delta = choice.get("delta")
    # The last one may be {}. A server that does not stream sends a message instead.
    return (choice["message"] if delta is None else delta).get("content")


DIALECTS: Mapping[str, Dialect] = {
    "infill": Dialect(
        "/infill",
        _infill,
        lambda event: event["content"],
        lambda event: event.get("stop"),
        url="http://127.0.0.1:8080",
        model="",
    ),
    "ollama": Dialect(
        "/api/generate",
        _ollama,
        lambda event: event["response"],
        lambda event: event.get("done"),
        url="http://127.0.0.1:11434",
    ),
    "fim": Dialect(
        "/fim/completions",
        _suffix,
        _message,
        _is_finished,
        url="https://codestral.mistral.ai/v1",
        model="codestral-latest",
    ),
    "openai": Dialect("/completions", _suffix, _text, _is_finished),
    "template": Dialect("/completions", _template, _text, _is_finished),
    "chat": Dialect("/chat/completions", _chat, _message, _is_finished, chat=True),
}
"""The kinds of servers by the names of ``completer``."""
