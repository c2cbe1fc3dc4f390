"""Pushes that are refused as too far behind: the next ones are smaller."""

from __future__ import annotations

from jupyter_pairedit.client.outbox import Outbox
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.marks import NO_MARKS, marks_of
from jupyter_pairedit.core.replica import LogEntry, Receipt, Replica
from jupyter_pairedit.protocol import CodeChange, WriteId

WRITE = WriteId("w" * 16, 1)


class Client:
    """An outbox with its replica; the test plays the server.

    An edit has two sections for each of its places, see ``replace``.
    """

    def __init__(self) -> None:
        self.replica = Replica()
        self.replica.client_id = "ann"
        self.replica.reset("a." * 400, 0)
        self.outbox = Outbox(self.replica)

    def replace(self, places: int) -> None:
        """Replace some of the ``a`` by ``bb`` in one edit."""
        edits = [(2 * n, 2 * n + 1, "bb") for n in range(places)]
        self.replica.edit(ChangeSet.replacing(self.replica.doc.length, edits))

    def type(self, text: str) -> None:
        """Add characters at the end, each by an edit of two sections."""
        for character in text:
            end = self.replica.doc.length
            self.replica.edit(ChangeSet.replacing(end, [(end, end, character)]))

    def push(self) -> list[int]:
        """Send the next push. Return the sections of its edits."""
        message = self.next()
        return [len(update) for update in updates_of(message)]

    def next(self) -> CodeChange | None:
        """Send the next message."""
        return self.outbox.next(edits=True)

    def refuse(self) -> None:
        """Answer that the push is too far behind, and send the revision it missed."""
        version = self.replica.version + 1
        self.outbox.postpone(version)
        assert self.next() is None
        self.receive(self.other())

    def store(self, count: int = 1) -> None:
        """Answer that edits are stored."""
        self.note(self.replica.saved(self.replica.version + count))

    def other(self) -> LogEntry:
        """Return a revision of somebody else, which adds a character at the start."""
        length = self.replica.log.length
        return LogEntry("bob", ChangeSet.replacing(length, [(0, 0, "-")]), False)

    def receive(self, *entries: LogEntry) -> None:
        """Send revisions."""
        version = self.replica.version + len(entries)
        self.note(self.replica.receive(entries, version))

    def note(self, receipt: Receipt) -> None:
        assert receipt.lost is None
        self.outbox.stored(receipt)

    def connect_again(self) -> None:
        """Lose the connection, and have another one."""
        self.outbox.return_all()
        self.outbox.compact()


def refused() -> Client:
    """Return a client whose edit of 8 places was too far behind once."""
    client = Client()
    client.replace(8)
    client.push()
    client.refuse()
    return client


def updates_of(message: CodeChange | None) -> list[list[int | list[int | str]]]:
    """Return the edits of a push; none if there is no message."""
    if message is None:
        return []
    assert isinstance(message.updates, list)
    return message.updates


def test_a_refused_push_is_halved_and_each_stored_one_doubles_the_next() -> None:
    client = Client()
    client.type("x" * 200)

    pushed = [len(client.push())]
    for _ in range(2):
        client.refuse()
        pushed.append(len(client.push()))
    for _ in range(3):
        client.store(pushed[-1])
        pushed.append(len(client.push()))

    assert pushed == [200, 100, 50, 100, 50, 0]


def test_one_edit_of_many_places_is_halved_until_it_has_one() -> None:
    client = Client()
    client.replace(8)
    pushed = [client.push()]

    for _ in range(5):
        client.refuse()
        pushed.append(client.push())

    # After the first refusal, it begins with a section that is kept.
    assert pushed == [[16], [7], [3], [3], [3], [3]]
    assert client.outbox.unsent == 3


def test_the_parts_of_an_edit_grow_until_all_of_it_is_stored() -> None:
    client = Client()
    client.replace(200)
    client.push()
    for _ in range(4):
        client.refuse()
        client.push()

    sizes = []
    while client.replica.unsent:
        client.store()
        sizes.append(sum(client.push()))

    assert sizes == [27, 51, 101, 203, 0]
    assert str(client.replica.log) == "-" * 4 + "bb." * 200 + "a." * 200


def test_pushes_are_whole_again_after_enough_were_stored() -> None:
    client = Client()
    client.replace(400)
    assert client.push() == [800]
    client.refuse()
    while client.push():
        client.store()

    client.replica.reset("a." * 400, client.replica.version)
    client.replace(400)

    assert client.push() == [800]


def test_a_part_and_what_was_made_after_it_are_in_one_push_if_they_fit() -> None:
    client = Client()
    client.replace(8)
    client.push()
    client.type("xyz")
    client.refuse()

    pushed = [client.push()]
    while client.replica.unsent:
        client.store(len(pushed[-1]))
        pushed.append(client.push())

    assert pushed == [[7], [11, 2, 2], [2], []]


def test_parts_have_the_marks_of_their_edit() -> None:
    client = Client()
    suggested = marks_of(["suggested"])
    edits = [(0, 1, "A"), (2, 3, "B"), (4, 5, "C")]
    client.replica.edit(ChangeSet.replacing(800, edits), suggested)
    client.type("x")
    client.next()

    client.refuse()
    message = client.next()

    assert message is not None and message.marks == ["suggested"]
    marks = [each.marks for each in client.replica.own_edits]
    assert marks == [suggested, suggested, NO_MARKS]


def test_an_edit_that_the_log_may_have_is_not_split() -> None:
    client = Client()
    client.replace(8)
    client.push()
    client.connect_again()
    client.type("x")

    pushed = []
    for _ in range(3):
        pushed.append(client.push())
        client.refuse()

    assert pushed == [[16, 2], [17], [17]]
    assert client.outbox.unsent == 2


def test_an_edit_after_those_that_the_log_may_have_is_split_once_they_are_stored() -> (
    None
):
    client = Client()
    client.type("x")
    client.push()
    client.connect_again()
    client.replace(8)
    assert client.push() == [2, 16]
    client.refuse()
    assert client.push() == [2]

    client.store()

    assert client.push() == [17]
    client.refuse()
    assert client.push() == [7]


def test_an_edit_is_split_if_the_log_had_those_before_it_when_it_was_refused() -> None:
    client = Client()
    client.type("x")
    client.push()
    client.connect_again()
    client.replace(8)
    assert client.push() == [2, 16]

    client.receive(LogEntry("ann", client.replica.sendable()[0], False))
    client.refuse()

    assert client.push() == [9]
    assert client.outbox.unsent == 2


def test_a_refusal_that_comes_after_the_log_has_the_push_is_of_no_later_edit() -> None:
    client = Client()
    client.type("x")
    client.push()
    client.connect_again()
    again = client.push()
    # The first push had arrived, so the log confirms the second before its answer.
    client.receive(LogEntry("ann", client.replica.sendable()[0], False))
    client.replace(8)
    assert (again, client.push()) == ([2], [16])

    client.refuse()

    # That was the answer to the second push: the third one may be in the log.
    assert client.push() == [17]
    assert client.outbox.unsent == 1


def test_a_refusal_up_to_the_version_of_a_push_is_of_an_earlier_one() -> None:
    client = Client()
    client.receive(client.other())
    client.replace(8)
    client.push()

    client.outbox.postpone(1)

    assert client.outbox.busy and not client.outbox.behind
    client.store()
    assert client.outbox.unsent == 0


def test_a_write_waits_for_all_parts_of_an_edit_before_it() -> None:
    client = Client()
    client.replace(8)
    client.outbox.replace("whole", WRITE)
    client.type("x")
    client.push()
    client.refuse()
    client.push()
    client.refuse()

    pushed = []
    while (message := client.next()) and isinstance(message.updates, list):
        pushed.append(len(message.updates))
        client.store(pushed[-1])

    assert pushed == [1, 1, 1]
    assert message is not None and message.code == "whole"
    assert client.outbox.unsent == 2


def test_an_edit_after_a_write_is_not_split_before_the_write_is_sent() -> None:
    client = Client()
    client.type("x")
    client.push()
    client.refuse()
    client.outbox.replace("whole", WRITE)
    client.replace(8)
    client.push()
    client.store()

    message = client.next()

    assert message is not None and message.code == "whole"
    assert client.outbox.unsent == 2


def test_a_part_that_was_sent_is_not_composed_with_the_rest() -> None:
    client = refused()
    assert client.push() == [7]

    client.connect_again()

    assert client.outbox.unsent == 2
    assert client.push() == [7]


def test_parts_that_were_refused_are_composed_and_split_again_as_they_fit() -> None:
    client = refused()
    client.push()
    client.refuse()

    client.connect_again()

    assert client.outbox.unsent == 1
    assert client.push() == [3]


def test_an_edit_of_which_a_part_is_too_large_is_sent_whole() -> None:
    client = refused()
    client.push()

    client.outbox.refused()
    client.outbox.compact()

    assert client.push() == [17]
