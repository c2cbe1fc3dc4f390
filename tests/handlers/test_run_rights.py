"""Who may run the code of rooms, by the setting, the login and the Authorizer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_server.auth.identity import (
    IdentityProvider,
    LegacyIdentityProvider,
    PasswordIdentityProvider,
    User,
)
from jupyter_server.base.handlers import JupyterHandler

from jupyter_pairedit.handlers.runrights import OFF, UNSET, is_only_user, why_not

from .authorizers import Rights
from .conftest import Start
from .guests import guest, share
from .probes import bind_probe
from .runs import ask, digest, let_guests_ask, page, until
from .serving import KEYS

ANN = User("ann")


class Custom(PasswordIdentityProvider):
    """A provider that may know several users."""


def hub_user(name: str = "ann", kind: str = "user") -> Any:
    user: Any = User(name)
    user.hub_user = {"kind": kind, "name": name}
    return user


HUB: Any = SimpleNamespace(hub_auth=object())


@pytest.mark.parametrize("kind", [IdentityProvider, PasswordIdentityProvider])
def test_who_shares_a_token_or_a_password_is_one_user(
    kind: type[IdentityProvider],
) -> None:
    assert is_only_user(kind(), ANN)
    assert why_not(None, kind(), ANN) == ""


@pytest.mark.parametrize("kind", [Custom, LegacyIdentityProvider])
def test_another_provider_may_know_several_users(kind: type[IdentityProvider]) -> None:
    provider = kind.__new__(kind)

    assert not is_only_user(provider, ANN)
    assert why_not(None, provider, ANN) == UNSET
    assert why_not(True, provider, ANN) == ""


@pytest.mark.parametrize(
    ("owner", "user", "only"),
    [
        ("ann", hub_user(), True),
        ("ann", hub_user("bob"), False),
        ("ann", hub_user("ann", kind="service"), False),
        ("ann", ANN, False),
        ("", hub_user(), False),
        (None, hub_user(), False),
    ],
)
def test_on_a_hub_it_is_the_user_of_the_server(
    monkeypatch: pytest.MonkeyPatch, owner: str | None, user: User, only: bool
) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    if owner is not None:
        monkeypatch.setenv("JUPYTERHUB_USER", owner)

    assert is_only_user(HUB, user) is only


def test_the_setting_forbids_it_to_an_only_user() -> None:
    assert why_not(False, IdentityProvider(), ANN) == OFF


class NoKernels(Rights):
    """Everything but Jupyter's kernels."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        return resource != "kernels"


OFF_BY: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"allow_run": False}, "switched off"),
    ({}, {"allow_run": "perhaps"}, "switched off"),
    ({"ServerApp": {"identity_provider_class": Custom}}, {}, "several users"),
    ({"ServerApp": {"authorizer_class": NoKernels}}, {}, "no right"),
]


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_page_reads_whether_kernels_may_be_asked_about_names(
    start: Start, allowed: bool
) -> None:
    server = await start(names_from_kernel=allowed)
    room_id = await server.new_room()
    alice, _ = await page(server, room_id, await server.login())

    assert (await until(alice, "kernel")).get("names", True) is allowed


@pytest.mark.parametrize(("config", "traits", "why"), OFF_BY)
async def test_where_it_is_off_nobody_runs_and_the_reason_is_said(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    config: dict[str, Any],
    traits: dict[str, Any],
    why: str,
) -> None:
    server = await start(config, **traits)
    room_id = await server.new_room(code="1")
    probe = await bind_probe(server, room_id, monkeypatch)
    alice, welcome = await page(server, room_id, await server.login())

    kernel = await until(alice, "kernel")
    assert not {"may", "decides"} & kernel.keys()
    assert why in kernel["why"]

    await ask(alice, welcome, "1", 0)
    assert (await until(alice, "run_refused", id=1))["code"] == "forbidden"
    path = f"pairedit/rooms/{room_id}"
    request = {"epoch": welcome["epoch"], "version": 0, "digest": digest("1")}
    for method, rest, body in (
        ("POST", "runs", request),
        ("PUT", "kernel", {"name": "python3"}),
        ("DELETE", "kernel", None),
        ("POST", "runs/1/stop", {}),
    ):
        reply = await server.fetch(method, f"{path}/{rest}", body)
        assert (reply.status, reply.json["code"]) == (403, "forbidden"), rest
        assert why in reply.json["message"]
    described = (await server.fetch("GET", f"{path}/kernel")).json
    assert (described["allowed"], described["specs"]) == (False, [])
    assert why in described["why"]
    assert probe.given == []


async def test_where_it_is_off_nobody_can_let_a_guest_run(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start(allow_run=False)
    room_id = await server.new_room(code="1")
    await let_guests_ask(server, room_id)
    probe = await bind_probe(server, room_id, monkeypatch)
    link = await share(server, room_id)
    gus, welcome = await guest(server, link, runs=True)
    alice, _ = await page(server, room_id, await server.login(), KEYS[2])
    await ask(gus, welcome, "1", 0)
    answer = await gus.next()
    while answer["type"] not in {"run_taken", "run_refused"}:
        answer = await gus.next()
    run = answer.get("run", 1)

    await alice.send("approve", run=run, digest=digest("1"))
    assert (await until(alice, "run_refused"))["code"] == "forbidden"
    await alice.send("grant", client=welcome["clientId"])
    assert (await until(alice, "run_refused"))["code"] == "forbidden"
    await ask(gus, welcome, "1", 0, id=2)
    answer = await gus.next()
    while answer.get("id") != 2:
        answer = await gus.next()
    assert answer.get("state") in {None, "asked"}
    assert probe.given == []
