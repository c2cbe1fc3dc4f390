"""What the server leaves out of its messages, put in again as a client does."""

from __future__ import annotations

from typing import Any


class Shorthand:
    """Follows one connection of the edit dialect, with messages as dictionaries."""

    def __init__(self) -> None:
        self._client_id: object = None
        self._author: object = None
        self._version = 0
        self._later = False
        """Whether edits are accepted first and saved later."""

    def full(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message with its version, and each update with its client."""
        match message["type"]:
            case "welcome":
                self._client_id = message["clientId"]
                self._later = message.get("accepted", False)
            case "code_update" if "updates" in message:
                updates = [self._update(*each) for each in message["updates"]]
                version = self._version + len(updates)
                message = {"version": version, **message, "updates": updates}
            case "saved" if self._later:
                return {"version": self._version, **message}
            case "accepted" | "saved":
                message = {"version": self._version + 1, **message}
                if message["version"] > self._version:
                    self._author = self._client_id
        if message["type"] in {"initial_state", "code_update", "accepted", "saved"}:
            self._version = message["version"]
        return message

    def resume(self, version: int) -> None:
        """Set the version that the client has."""
        self._version = version

    def _update(self, client_id: object, *rest: object) -> list[object]:
        if client_id != 0:
            self._author = client_id
        return [self._author, *rest]
