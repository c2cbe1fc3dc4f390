"""Store operations as generators.

An operation yields steps, receives the result of each, and returns a value or raises
``StoreError``. It performs no I/O: a driver does the steps on its database. The SQL is
PostgreSQL's; the SQLite driver replaces the few expressions that differ.

An operation must do all its checks before its first write. SQLite commits operations
together, so that the writes of one cannot be undone alone.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Self = TypeVar("Self", bound="Operations")

Access = Literal["read", "read consistently", "write", "grow", "append", "reorganize"]
"""What an operation does to the database.

``read`` is one statement. ``read consistently`` is several that see one state of the
database. The others are transactions: ``grow`` makes the database larger and is refused
when the disk is nearly full; ``append`` is the same, and may return before the disk has
it, as ``Store.append`` does; ``reorganize`` may change many rows and gets more time.
"""


class _Statement:
    __match_args__ = ("sql", "args")
    __slots__ = ("args", "sql")

    def __init__(self, sql: str, *args: object) -> None:
        self.sql = sql
        self.args = args


class One(_Statement):
    """Result: the first row, or None."""


class All(_Statement):
    """Result: the list of rows."""


class Run(_Statement):
    """Result: the number of rows that the statement has changed."""


@dataclass(slots=True)
class Many:
    """Run a statement once for each row of arguments. Result: None."""

    sql: str
    rows: Iterable[tuple[object, ...]]


@dataclass(slots=True)
class Notify:
    """Notify other servers when the transaction is committed. Result: None."""

    what: Literal["people", "room", "run", "seat"]
    room_id: str


@dataclass(slots=True)
class Compute:
    """Call a function that may take long, outside the event loop. Result: its value."""

    function: Callable[[], object]


Step: TypeAlias = One | All | Run | Many | Notify | Compute
Operation: TypeAlias = Generator[Step, Any, T]


class Driver(Protocol):
    """Runs operations on a database."""

    async def run(self, access: Access, start: Callable[[], Operation[T]]) -> T:
        """Run the operation that ``start`` creates; return its value.

        ``start`` is called again when the operation has to be repeated. Raises
        ``StorageFailure``, and the ``StoreError`` of the operation.
        """


class Operations:
    """Base of classes whose methods are operations run by ``driver``."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver


def operation(
    access: Access,
) -> Callable[
    [Callable[Concatenate[Self, P], Operation[T]]],
    Callable[Concatenate[Self, P], Coroutine[Any, Any, T]],
]:
    """Turn a generator method into a coroutine method that the driver runs."""

    def decorate(
        generate: Callable[Concatenate[Self, P], Operation[T]],
    ) -> Callable[Concatenate[Self, P], Coroutine[Any, Any, T]]:
        @wraps(generate)
        async def run(self: Self, /, *args: P.args, **kwargs: P.kwargs) -> T:
            return await self.driver.run(
                access, lambda: generate(self, *args, **kwargs)
            )

        return run

    return decorate
