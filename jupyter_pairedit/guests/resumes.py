"""The tokens by which guests resume, while these are connected."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.invites import resume_digest_of
from ..stores.invites import InviteStore
from .guest import GuestIdentity


async def renew(
    store: InviteStore, connected: Iterable[GuestIdentity], now: float, lifetime: float
) -> None:
    """Let tokens expire ``lifetime`` seconds after ``now``, long before they do.

    So a guest who stays longer than a token lives can still reconnect. Raises
    ``StorageFailure``.
    """
    due = [guest for guest in connected if guest.resume_until - now < lifetime / 2]
    if not due:
        return
    digests = [resume_digest_of(each.invite.invite_id, each.resume) for each in due]
    await store.renew_resumes(digests, now + lifetime)
    for guest in due:
        guest.resume_until = now + lifetime
