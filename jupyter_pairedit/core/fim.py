"""Templates of models that fill in the middle, for servers that take a bare prompt.

Sources: ``continuedev/continue``, ``core/autocomplete/templating``, and the cards of
the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """The text around the code: ``{before}`` and ``{after}`` are its two parts."""

    text: str
    stops: tuple[str, ...]
    """What ends an answer."""

    def render(self, before: str, after: str) -> str:
        """Return the prompt. The code may contain braces."""
        head, _, rest = self.text.partition("{")
        name, _, rest = rest.partition("}")
        middle, _, rest = rest.partition("{")
        other, _, tail = rest.partition("}")
        parts = {"before": before, "after": after}
        return f"{head}{parts[name]}{middle}{parts[other]}{tail}"


_QWEN_STOPS = (
    "<|endoftext|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|im_start|>",
    "<|im_end|>",
)
_FIM = "<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>"

TEMPLATES: Mapping[str, Template] = {
    "qwen": Template(_FIM, _QWEN_STOPS),
    "granite": Template(_FIM, ("<|end_of_text|>", *_QWEN_STOPS)),
    "codegemma": Template(_FIM, ("<|file_separator|>", "<eos>", *_QWEN_STOPS)),
    "starcoder": Template(
        "<fim_prefix>{before}<fim_suffix>{after}<fim_middle>",
        ("<file_sep>", "<|endoftext|>"),
    ),
    "deepseek": Template(
        "<\uff5cfim\u2581begin\uff5c>{before}<\uff5cfim\u2581hole\uff5c>{after}"
        "<\uff5cfim\u2581end\uff5c>",
        ("<\uff5cend\u2581of\u2581sentence\uff5c>",),
    ),
    "codestral": Template(
        "[SUFFIX]{after}[PREFIX]{before}", ("[PREFIX]", "[SUFFIX]", "\n+++++ ")
    ),
    # The blanks count.
    "codellama": Template("<PRE> {before} <SUF>{after} <MID>", ("<EOT>",)),
}
"""The templates by the names of ``completer_template``."""

_FAMILIES = {
    "qwen": "qwen",
    "granite": "granite",
    "codegemma": "codegemma",
    "starcoder": "starcoder",
    "stable-code": "starcoder",
    "stablecode": "starcoder",
    "deepseek": "deepseek",
    "codestral": "codestral",
    "codellama": "codellama",
    "code-llama": "codellama",
}


def template_of(model: str) -> str | None:
    """Return the name of the template of a model, guessed from the model's name."""
    name = model.lower()
    return next((found for part, found in _FAMILIES.items() if part in name), None)
