"""Names of a kernel, found without executing anything of an object."""

from __future__ import annotations

import os
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from jupyter_pairedit.core.lookups import Name, Names, PositionOutside
from jupyter_pairedit.kernel.lookups import Namespace

RAN: list[str] = []
"""What was executed."""


class Meta(type):
    @property
    def on_class(cls) -> object:
        RAN.append("property of a metaclass")
        return os

    def __getattr__(cls, name: str) -> object:
        RAN.append("__getattr__ of a metaclass")
        raise AttributeError(name)


class Described:
    def __get__(self, instance: object, owner: object) -> object:
        RAN.append("__get__")
        return os


class Thing(metaclass=Meta):
    """What a thing is."""

    described = Described()
    path = os.path
    __slots__ = ("__dict__", "slot")

    def __init__(self, size: int = 1) -> None:
        self.word = "text"
        self.slot = os
        self.unknown = Unlisted()

    @property
    def prop(self) -> types.ModuleType:
        RAN.append("property")
        return os

    def method(self, first: object, second: object = None) -> None:
        """What the method does."""

    @classmethod
    def made(cls, size: int) -> Thing:
        raise NotImplementedError

    @staticmethod
    def static(a: int = 2, /, *more: int, key: str = "k" * 99, **rest: int) -> None:
        """Static."""


class Unlisted:
    def __getattr__(self, name: str) -> object:
        RAN.append("__getattr__")
        return os

    def __repr__(self) -> str:
        RAN.append("__repr__")
        return ""

    def __len__(self) -> int:
        RAN.append("__len__")
        return 1

    def __getitem__(self, key: object) -> object:
        RAN.append("__getitem__")
        return os

    def __eq__(self, other: object) -> bool:
        RAN.append("__eq__")
        return True

    __hash__ = None  # type: ignore[assignment]


class Spied:
    def __getattribute__(self, name: str) -> object:
        RAN.append("__getattribute__")
        return object.__getattribute__(self, name)


class Masked:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        RAN.append("__class__")
        return int

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        RAN.append("__dict__")
        return {}

    def visible(self) -> None: ...


class Listed:
    def __dir__(self) -> list[str]:
        return ["column", "_column", "no name", "column"]

    def __getattr__(self, name: str) -> object:
        RAN.append("__getattr__")
        return os


class Unlistable:
    def __dir__(self) -> list[str]:
        raise ValueError


def defaults(given: object = Unlisted(), *, plain: float = 0.5) -> None: ...


lazy = types.ModuleType("lazy")


def late(name: str) -> object:
    RAN.append("__getattr__ of a module")
    return os


vars(lazy)["__getattr__"] = late
vars(lazy)["__dir__"] = lambda: ["late", "there"]
vars(lazy)["there"] = os


class SubModule(types.ModuleType):
    @property
    def prop(self) -> object:
        RAN.append("property of a module")
        return os


@dataclass
class Data:
    number: int = 1
    items: list[int] = field(default_factory=list)


VARIABLES = {
    "os": os,
    "Thing": Thing,
    "thing": Thing(),
    "unlisted": Unlisted(),
    "spied": Spied(),
    "masked": Masked(),
    "listed": Listed(),
    "unlistable": Unlistable(),
    "lazy": lazy,
    "submodule": SubModule("submodule"),
    "defaults": defaults,
    "data": Data(),
    "exit": exit,
    "In": [],
}
HIDDEN = {"In": VARIABLES["In"], "exit": None}
MAGICS = {
    "line": {"timeit": Spied(), "time": Unlisted(), "alias": 1},
    "cell": {"timeit": Spied(), "bash": 1, "!": 1},
}


@pytest.fixture(autouse=True)
def nothing_ran() -> Iterator[None]:
    RAN.clear()
    yield
    assert RAN == []


def namespace(clock: Any = lambda: 0.0) -> Namespace:
    return Namespace(dict(VARIABLES), HIDDEN, MAGICS, clock)


def names(code: str) -> list[str]:
    return [each.name for each in namespace().names(code, len(code)).names]


def named(code: str) -> Name:
    """Return the only name that code can be completed to."""
    [found] = namespace().names(code, len(code)).names
    return found


def description(code: str) -> str:
    return namespace().description(code, len(code))


CHAINS = [
    "thing.prop.",
    "thing.described.",
    "Thing.described.",
    "Thing.on_class.",
    "Thing.missing.",
    "Thing.prop.",
    "thing.unknown.any.",
    "unlisted.any.",
    "spied.any.",
    "listed.column.",
    "lazy.late.",
    "submodule.prop.",
    "thing.word.missing.",
    "nothing.",
]
"""What only code could find, and what is not there."""


@pytest.mark.parametrize("chain", CHAINS)
def test_a_value_that_only_code_could_find_is_not_followed(chain: str) -> None:
    assert names(chain) == []
    assert description(f"{chain}x") == ""


@pytest.mark.parametrize("name", [*VARIABLES, *(each[:-1] for each in CHAINS)])
def test_listing_and_describing_a_value_executes_nothing_of_it(name: str) -> None:
    for code in (name, f"{name}.", f"{name}(", f"x = {name}\nx."):
        names(code)
        description(code)


def test_values_that_are_stored_are_followed() -> None:
    assert "join" in names("os.path.jo")
    assert "join" in names("Thing.path.jo") and "join" in names("thing.path.jo")
    assert "upper" in names("thing.word.up")
    assert "path" in names("thing.slot.pa")
    assert "real" in names("data.number.re")
    assert "path" in names("lazy.there.pa")


def test_the_kind_of_a_name_is_known_without_its_value() -> None:
    assert named("lazy.ther").kind == "module"
    assert named("thing.pat").kind == "module"
    assert named("thing.pro") == Name("prop", "property")
    assert named("thing.descr") == Name("described", "instance")
    assert named("thing.wor").kind == "instance"
    assert named("breakpoin").kind == "function"
    assert named("nonloc") == Name("nonlocal", "keyword")
    assert [each.name for each in namespace().names("listed.", 7).names] == [
        "column",
        "_column",
    ]


@pytest.mark.parametrize(
    ("code", "signature"),
    [
        ("thing.metho", "(first, second=None)"),
        ("Thing.metho", "(self, first, second=None)"),
        ("thing.mad", "(size)"),
        ("Thing.mad", "(size)"),
        ("thing.stati", "(a=2, /, *more, key=…, **rest)"),
        ("defaul", "(given=…, *, plain=0.5)"),
        ("os.getpi", "()"),
        ("os.path.joi", "(a, /, *p)"),
    ],
)
def test_signatures_have_names_and_plain_defaults(code: str, signature: str) -> None:
    found = named(code).signature

    assert found.replace("/, ", "") == signature.replace("/, ", "")


def test_descriptions_have_the_signature_and_the_documentation() -> None:
    method = description("thing.method(1, ")
    assert method == "thing.method(first, second=None)\n\nWhat the method does."
    assert description("Thing") == "Thing(size=1)\n\nWhat a thing is."
    assert description("thing") == "thing: Thing\n\nWhat a thing is."
    assert description("os").startswith("os: module\n\nOS routines")
    assert description("unlisted") == "unlisted: Unlisted"
    assert description("isinstance(").startswith("isinstance(obj, class_or_tuple, /)")
    assert description("thing.prop") == description("missing") == ""


def test_hidden_names_are_left_out_and_underscores_stand_last() -> None:
    assert "In" not in names("I")
    assert "exit" in names("ex")  # the person has replaced it
    members = names("thing.")
    assert members.index("word") < members.index("__init__")
    assert len(members) == len({*members})
    assert names("unlistable.") == []


def test_keys_of_dictionaries_are_listed_and_those_of_other_objects_are_not() -> None:
    class Own(dict[object, object]):
        def __iter__(self) -> Iterator[object]:
            RAN.append("__iter__")
            return super().__iter__()

        def keys(self) -> Any:
            RAN.append("keys")
            return super().keys()

        def _ipython_key_completions_(self) -> list[str]:
            RAN.append("_ipython_key_completions_")
            return []

    table: dict[object, object] = {"alpha": 1, "al pha": 2, 4: 5, 'al"': {"in": 6}}
    holder = types.SimpleNamespace(table=table)
    found = Namespace({"d": table, "own": Own(table), "holder": holder}, {}, MAGICS)
    RAN.clear()

    def keys(code: str) -> list[str]:
        return [each.name for each in found.names(code, len(code)).names]

    assert keys('d["al') == keys('holder.table["al') == ["alpha", "al pha", r"al\""]
    assert keys("d['") == ["alpha", "al pha", 'al"']
    assert keys(r'd["al\"') == [r"al\""]
    assert keys("d['al\"'][\"") == ["in"]
    assert keys('own["') == keys('missing["') == []
    place = found.names('d["al', 5)
    assert (place.start, place.end, place.names[0].kind) == (3, 5, "dict key")
    assert RAN == []


def test_magics_are_those_of_lines_or_of_cells() -> None:
    assert names("x = 1\n  %") == ["alias", "time", "timeit"]
    assert names("%tim") == ["time", "timeit"]
    assert names("%%") == ["bash", "timeit"]
    assert names("x = 1\n%%ba") == names("%bash") == names("%timeit th") == []
    assert "thing" in names("a %th")
    found = namespace().names("'😀'\n %timeit", 9)
    assert found == Names(7, 9, (Name("time", "magic"), Name("timeit", "magic")))


def test_positions_are_in_utf_16_units_and_inside_of_the_code() -> None:
    found = namespace().names("'😀'; thing.wor", 15)

    assert (found.start, found.end) == (12, 15)
    with pytest.raises(PositionOutside):
        namespace().names("x", 2)
    with pytest.raises(PositionOutside):
        namespace().description("x", -1)


def test_after_the_deadline_names_have_no_kinds() -> None:
    times = iter([0.0, 0.1, *[0.5] * 1_000])
    found = namespace(lambda: next(times)).names("os.path.", 8).names

    assert found[0].kind and not any(each.kind for each in found[1:])
