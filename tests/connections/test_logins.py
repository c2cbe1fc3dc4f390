"""When a page is asked for its login, and when its socket ends without one."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.connections.logins import (
    ENDED,
    Login,
    LoginNotFound,
    Logins,
    OtherLogin,
)
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.protocol import Close, ConfirmLogin, Ending


class Page:
    """A page whose login is asked for, and the clock of its server."""

    def __init__(self, person: str = "ann", limits: Limits | None = None) -> None:
        self.now = 1_000.0
        self.asked: list[str] = []
        self.ended: list[Ending] = []
        self.logins = Logins(limits or Limits(), lambda: self.now)
        self.login: Login = self.logins.begin(person, self._ask, self.ended.append)

    def _ask(self, question: ConfirmLogin) -> None:
        self.asked.append(question.id)

    def check_every_25_s(self, seconds: float) -> bool:
        goes_on = True
        for _ in range(int(seconds // 25)):
            self.now += 25.0
            goes_on = self.login.check()
        return goes_on


async def test_a_page_that_confirms_is_asked_every_25_seconds() -> None:
    page = Page()
    assert Limits().login_ask == 25.0

    for _ in range(100):
        assert page.check_every_25_s(25.0)
        page.logins.confirm(page.asked[-1], "ann")

    assert (len(page.asked), page.ended) == (100, [])


async def test_a_socket_ends_150_seconds_after_a_question_without_answer() -> None:
    page = Page()
    page.check_every_25_s(25.0)
    page.logins.confirm(page.login.id, "ann")

    assert page.check_every_25_s(150.0)
    assert page.ended == []
    assert not page.check_every_25_s(25.0)
    assert page.ended == [ENDED]
    assert ENDED.code == Close.LOGIN_ENDED


async def test_one_answer_in_150_seconds_is_enough() -> None:
    page = Page()

    for _ in range(10):
        assert page.check_every_25_s(150.0)
        page.logins.confirm(page.login.id, "ann")

    assert page.ended == []


async def test_a_server_that_was_suspended_asks_before_it_ends_anything() -> None:
    page = Page()
    page.now += 3_600.0

    assert page.login.check()
    assert (len(page.asked), page.ended) == (1, [])


async def test_short_times_in_the_settings_end_nobody_who_was_not_asked() -> None:
    page = Page(limits=Limits(login_ask=60.0, login_wait=1.0))
    page.now += 60.0

    assert page.login.check()
    assert page.ended == []


async def test_somebody_else_cannot_confirm() -> None:
    page = Page()
    page.check_every_25_s(150.0)

    with pytest.raises(OtherLogin):
        page.logins.confirm(page.login.id, "ben")
    page.check_every_25_s(25.0)

    assert page.ended == [ENDED]


async def test_a_page_cannot_confirm_for_another_one_of_the_same_person() -> None:
    page = Page()
    others: list[Ending] = []
    other = page.logins.begin("ann", lambda _: None, others.append)
    page.check_every_25_s(150.0)
    page.logins.confirm(other.id, "ann")
    page.check_every_25_s(25.0)

    assert (page.ended, others) == ([ENDED], [])
    other.stop()


async def test_a_connection_that_has_ended_is_forgotten() -> None:
    page = Page()
    page.login.stop()
    page.login.stop()

    with pytest.raises(LoginNotFound):
        page.logins.confirm(page.login.id, "ann")


async def test_the_timer_asks_until_the_connection_ends() -> None:
    page = Page(limits=Limits(login_ask=0.01))
    asked = asyncio.Event()
    login = page.logins.begin("ben", lambda _: asked.set(), page.ended.append)

    for _ in range(3):
        async with asyncio.timeout(10):
            await asked.wait()
        asked.clear()
        page.logins.confirm(login.id, "ben")
    page.now += 1_000.0

    assert page.ended == []
    login.stop()
    page.login.stop()
