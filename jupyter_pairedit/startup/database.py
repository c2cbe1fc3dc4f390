"""Opening the database that the settings mean."""

from __future__ import annotations

import logging
import os

from ..settings import BadSetting, Database, Settings, choose_database, default_url
from ..stores import BadDatabaseURL, look, open_store
from ..stores.base import Store
from ..stores.errors import StorageFailure


def open_rooms(
    configured: object, settings: Settings, log: logging.Logger
) -> tuple[Database, Store]:
    """Open the database, and log which one it is if others may use it.

    ``configured`` is ``PairEdit.database_url``. Raises ``StorageFailure`` and
    ``BadSetting``.
    """
    database = choose_database(configured, os.environ, default_url(), look)
    if database.warning:
        log.warning("%s", database.warning)
    if database.note:
        log.info("%s", database.note)
    try:
        store = open_store(
            database.url,
            durability=settings.durability,
            wait=settings.limits.storage_wait,
            reserve=settings.limits.disk_reserve,
            unreachable=database.unreachable,
        )
    except (StorageFailure, BadDatabaseURL) as problem:
        name = f"{database.named_by}: " if database.named_by else ""
        raise BadSetting(f"{name}{problem}") from None
    if store.durability != settings.durability:
        log.info("PairEdit.durability is 'disk' for this database.")
    return database, store
