"""Questions about names: who asks, when the kernel is asked, and how long."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.lookups import Name, Names
from jupyter_pairedit.runs.bindings import Binding
from jupyter_pairedit.runs.lookups import Lookups, Turns
from jupyter_pairedit.runs.requests import RunRefusal

ROOM = "R" * 16


class FakeKernel:
    """Answers when the test lets it, by a table of kinds."""

    def __init__(self, ipython: bool = True, **kinds: str) -> None:
        self.ipython = ipython
        self.kinds = kinds
        self.asked: list[tuple[str, str]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.was_asked = asyncio.Event()

    async def query(self, kind: str, code: str) -> dict[str, Any] | None:
        """See ``Kernel.query``."""
        self.asked.append((kind.removesuffix("_request"), code))
        self.was_asked.set()
        await self.may_answer.wait()
        if kind == "inspect_request":
            return {"data": {"text/plain": f"about {code}"}}
        last = code.rpartition(".")[2]
        found = [n for n in self.kinds if n.startswith(last)]
        types = [{"text": n, "type": self.kinds[n], "signature": ""} for n in found]
        return {"metadata": {"_jupyter_types_experimental": types}}


class Clock:
    """The time, and those who wait for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.late = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait until the test ends the wait."""
        assert seconds == Limits().lookup_wait
        await self.late.wait()


class Setup:
    """A room with a kernel that Ann has chosen."""

    def __init__(self, kernel: FakeKernel, limits: Limits | None = None) -> None:
        self.kernel = kernel
        self.clock = Clock()
        self.state = "idle"
        bindings: Any = SimpleNamespace(usable=self._usable)
        limits = limits or Limits()
        self.lookups = Lookups(
            bindings, limits, lambda: self.clock.now, self.clock.wait
        )

    def _usable(self, room_id: str) -> Binding:
        kernel: Any = self.kernel
        return Binding("k", "Python", kernel, "ann", started=False)

    async def names(self, code: str, person: str = "ann") -> Names:
        """Ask for the names at the end of some code."""
        return await self.lookups.names(ROOM, person, code, len(code))

    async def text(self, code: str) -> str:
        """Ask for what is known at the end of some code."""
        return await self.lookups.description(ROOM, "ann", code, len(code))


async def test_the_kernel_gets_the_chain_and_no_other_text() -> None:
    setup = Setup(FakeKernel(shape="instance"))

    found = await setup.names("secret = 1\ny = df.sh")

    assert setup.kernel.asked == [("complete", "df.sh")]
    assert found == Names(18, 20, (Name("shape", "instance"),))


async def test_a_name_after_a_dot_is_followed_if_it_is_a_module_or_a_class() -> None:
    setup = Setup(FakeKernel(linalg="module", Inner="class", norm="function"))

    assert (await setup.names("np.linalg.Inner.no")).names[0].name == "norm"
    assert setup.kernel.asked == [
        ("complete", "np.linalg"),
        ("complete", "np.linalg.Inner"),
        ("complete", "np.linalg.Inner.no"),
    ]


async def test_for_keys_the_kernel_gets_our_expression_and_no_code() -> None:
    setup = Setup(FakeKernel(alpha="instance"))

    found = await setup.names("secret = 1\nd['al")

    [(kind, expression)] = setup.kernel.asked
    assert kind == "execute" and "(('d',), 'al', \"'\", " in expression
    assert "secret" not in expression
    assert found == Names(14, 16)


async def test_for_magics_the_kernel_gets_the_sign_and_a_letter() -> None:
    kernel = FakeKernel()
    kernel.kinds = {"%time": "magic", "%%time": "magic", "%to": "magic"}
    setup = Setup(kernel)

    found = await setup.names("secret = 1\n  %tim")

    assert setup.kernel.asked == [("complete", "%t")]
    assert found == Names(14, 17, (Name("time", "magic"),))
    other = Setup(FakeKernel(ipython=False))
    assert await other.names("%tim") == Names(1, 4)
    assert other.kernel.asked == []


@pytest.mark.parametrize("kind", ["instance", "function", "property", "<unknown>", ""])
async def test_anything_else_after_a_dot_is_not_followed(kind: str) -> None:
    setup = Setup(FakeKernel(prop=kind))

    assert (await setup.names("obj.prop.")).names == ()
    assert await setup.text("obj.prop.x") == ""
    assert {code for _, code in setup.kernel.asked} == {"obj.prop"}


async def test_modules_classes_and_functions_are_described() -> None:
    kernel = FakeKernel(os="module", P="class", f="function", x="instance")
    setup = Setup(kernel)

    assert [await setup.text(each) for each in ("os", "P", "f(1, ")] == [
        "about os",
        "about P",
        "about f",
    ]
    assert await setup.text("x") == "", "its text would be computed"
    assert ("inspect", "x") not in kernel.asked


async def test_other_kernels_are_asked_for_single_names_alone() -> None:
    setup = Setup(FakeKernel(ipython=False, total="function"))

    assert (await setup.names("to")).names == (Name("total", "function"),)
    assert (await setup.names("x.to")).names == ()
    assert (await setup.names("x['to")).names == ()
    assert await setup.text("total") == ""
    assert setup.kernel.asked == [("complete", "to")]


async def test_only_who_has_chosen_the_kernel_may_ask() -> None:
    setup = Setup(FakeKernel())

    with pytest.raises(RunRefusal, match="Only the person who has chosen") as refused:
        await setup.names("x", "bob")

    assert refused.value.code == "forbidden"
    assert setup.kernel.asked == []


async def test_who_asks_too_often_waits() -> None:
    limits = Limits(lookups=2, lookups_per=10.0)
    setup = Setup(FakeKernel(), limits)
    await setup.names("x")
    await setup.text("x")

    with pytest.raises(RunRefusal) as refused:
        await setup.names("x")

    assert refused.value.code == "too_many"
    setup.clock.now = 5.0
    await setup.names("x")


async def test_a_kernel_that_is_late_has_no_names() -> None:
    kernel = FakeKernel(x="instance")
    setup = Setup(kernel)
    kernel.may_answer.clear()
    late = asyncio.ensure_future(setup.names("x"))
    await kernel.was_asked.wait()

    setup.clock.late.set()

    assert await late == Names(0, 1)


async def test_a_newer_question_replaces_the_one_that_waits() -> None:
    kernel = FakeKernel(a="instance", b="instance", c="instance")
    setup = Setup(kernel)
    kernel.may_answer.clear()
    first = asyncio.ensure_future(setup.names("a"))
    await kernel.was_asked.wait()
    second = asyncio.ensure_future(setup.names("b"))
    await turn_of_loop()
    third = asyncio.ensure_future(setup.names("c"))

    assert await second == Names(0, 1)
    kernel.may_answer.set()

    assert (await first).names == (Name("a", "instance"),)
    assert (await third).names == (Name("c", "instance"),)
    assert [code for _, code in kernel.asked] == ["a", "c"]


async def test_who_has_gone_while_waiting_takes_no_turn() -> None:
    turns = Turns()
    assert await turns.take()
    for end in (
        waiting_is_cancelled,
        cancelled_as_its_turn_comes,
        turn_ends_as_it_is_cancelled,
        replaced_as_it_is_cancelled,
    ):
        await end(turns)
        async with asyncio.timeout(10):
            assert await turns.take(), end
    turns.give()


async def waiting_is_cancelled(turns: Turns) -> None:
    waiting = asyncio.ensure_future(turns.take())
    await turn_of_loop()
    waiting.cancel()
    await asyncio.wait([waiting])
    turns.give()


async def cancelled_as_its_turn_comes(turns: Turns) -> None:
    waiting = asyncio.ensure_future(turns.take())
    await turn_of_loop()
    turns.give()
    waiting.cancel()
    await asyncio.wait([waiting])


async def turn_ends_as_it_is_cancelled(turns: Turns) -> None:
    waiting = asyncio.ensure_future(turns.take())
    await turn_of_loop()
    waiting.cancel()
    turns.give()
    await asyncio.wait([waiting])


async def replaced_as_it_is_cancelled(turns: Turns) -> None:
    waiting = asyncio.ensure_future(turns.take())
    await turn_of_loop()
    newer = asyncio.ensure_future(turns.take())
    waiting.cancel()
    await asyncio.wait([waiting])
    turns.give()
    assert await newer
    turns.give()


async def turn_of_loop(count: int = 5) -> None:
    """Let the others work."""
    for _ in range(count):
        await asyncio.sleep(0)
