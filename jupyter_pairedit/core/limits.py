"""The limits of messages, rooms and servers."""

from __future__ import annotations

from dataclasses import dataclass

from .retention import Keep

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    code: int = MIB
    """The code of a room, in bytes of UTF-8."""
    frame: int = 0
    """A frame of the socket after ``welcome``. 0 means twice ``code`` plus
    ``first_frame``, so that the whole code fits with its JSON escapes."""
    first_frame: int = 4 * KIB
    """A frame of the socket before ``welcome``."""
    body: int = 64 * KIB
    """An HTTP body without code."""
    parts: int = 2_000
    """Sections of all change sets in one push."""
    updates: int = 500
    """Change sets in one push."""
    rebase: int = 100_000
    """Sections that are visited to rebase one push (``core.revisions.rebase_work``),
    about 1 µs each. A push that needs more is refused: its client reads on, rebases by
    itself and pushes again. Of a caret, a tenth."""
    people: int = 2
    """People at a time in a room without a limit of its own."""
    clients: int = 300
    """Connected clients in all rooms of the server."""
    rooms: int = 200
    """Rooms in memory. Further requests are told to try again later."""
    stored: int = 5_000
    """Rooms in the store. No further room is created."""
    malformed: int = 3
    """Malformed messages before the socket is closed."""
    forbidden: int = 5
    """Forbidden messages before the socket is closed."""
    mismatches: int = 5
    """How often in ``mismatches_per`` seconds a client is sent the code because its
    ``check`` differs from the room's."""
    mismatches_per: float = 60.0
    pings: int = 50
    """Pings of a client in ``pings_per`` seconds. Browsers send none."""
    pings_per: float = 10.0
    hello: float = 5.0
    """Seconds until the first message of the edit dialect must have arrived."""
    kernel_rooms: int = 32
    """Rooms that a kernel is in at a time."""
    proofs: int = 60
    """Questions of one address whether this is the server of a kernel, in
    ``proofs_per`` seconds."""
    proofs_per: float = 60.0
    unseated: int = 64
    """Sockets of the server that have not sent ``hello``. For people with a login, a
    fifth of ``clients`` if that is more: all may come at once after a restart."""
    unseated_per_address: int = 8
    """The same for one person at one address. Behind a proxy all have one address."""
    connects: int = 30
    """Sockets that one person may open in ``connects_per`` seconds."""
    connects_per: float = 10.0
    seat_notices: int = 1
    """How often in ``seat_notices_per`` seconds the members in a full room are sent the
    name of somebody who could not join."""
    seat_notices_per: float = 60.0
    edits: int = 60
    """Changes of a client at once, and again in ``edits_per`` seconds. A faster client
    waits, and its next push contains everything typed meanwhile."""
    edits_per: float = 3.0
    edit_size: int = 512 * KIB
    """Characters of a client's changes at once, and again in ``edit_size_per`` seconds.
    Counted is the message if it contains edits, and the difference if it contains the
    whole code. A client that has not used it up may send one message of any size; after
    that it waits, and nothing is lost."""
    edit_size_per: float = 60.0
    edit_size_wait: float = 10.0
    """The longest wait for that, in seconds. It must be well below 15 s, after which
    the editor gives up a connection that does not answer, and below ``ping_timeout``,
    because no answer to a ping is read meanwhile."""
    edit_size_free: int = 256
    """A change of up to this many characters, such as a key, is not counted here.
    ``edits`` limits such changes."""
    carets: int = 20
    """Carets that a client may place in a second. The editor places at most half."""
    guests_alone: float = 4 * 3_600.0
    """Seconds for which guests alone keep a server from being culled."""
    guest_frame: int = 64 * KIB
    """A frame of a guest who may only view."""
    invites: int = 20
    """Guest links of a room that can be used at the same time."""
    guesses: int = 10
    """Wrong keys from one address in ``guesses_per`` seconds."""
    guesses_of_all: int = 100
    """The same for all addresses together, which may be those of one person."""
    guesses_per: float = 60.0
    passes: int = 32
    """Passes of kernels for a room at the same time."""
    pass_lifetime: float = 24 * 3_600.0
    """Seconds for which a pass is valid."""
    pass_idle: float = 300.0
    """Seconds after which a pass ends without a connection of the kernel, or without
    one of the page that has made it."""
    recheck: float = 15.0
    """Seconds between two checks of the links of connected guests in the store. A
    change by another server reaches them within this time."""
    resume: float = 24 * 3_600.0
    """Seconds for which a guest can reconnect without the key."""
    completions: int = 60
    """Suggestions of a model for one person in ``completions_per`` seconds. This and
    the next four are for completers other than the mock."""
    completions_per: float = 60.0
    completions_at_once: int = 4
    """Questions that the server has open at a model. Further ones wait."""
    completion_wait: float = 5.0
    """Seconds for a suggestion in all. A model on this machine may need more."""
    completion_connect: float = 2.0
    """Seconds to connect to the server of the model."""
    suggestions: int = 30
    """Suggestions for the guests of a room in ``suggestions_per`` seconds."""
    suggestions_per: float = 3_600.0
    suggestion_wait: float = 2.0
    """Seconds that the completer may take to answer a guest."""
    suggestion_size: int = 4 * KIB
    """A suggestion for a guest, in bytes of UTF-8."""
    idle: float = 300.0
    """Seconds for which a room stays in memory after its last client has left."""
    tail: int = 2_000
    """Revisions that an open room keeps in memory; the store has the older ones."""
    tail_size: int = 8 * MIB
    """The same in UTF-16 units, plus a constant for each section of a change set."""
    slice_size: int = 256 * KIB
    """The revisions that a reader is sent at a time, counted in the same way."""
    snapshot_revisions: int = 200
    """Revisions between two snapshots of the code, which make loading fast."""
    snapshot_size: int = 64 * KIB
    """The same in bytes of change sets."""
    history_exact: float = 30 * 24 * 3600.0
    """Seconds for which each revision is kept. Older ones are merged by the hour."""
    history_hourly: float = 90 * 24 * 3600.0
    """Seconds for which these are kept. After that, only restore points are kept."""
    history_revisions: int = 50_000
    """Entries of a room's log. If there are more, the oldest are merged."""
    history_size: int = 50 * MIB
    """The same in bytes of the log and its snapshots. If merging does not help, the
    room accepts no changes."""
    history_round: float = 3600.0
    """Seconds between two checks of all rooms for old revisions."""
    points: int = 100
    """Restore points of a room."""
    room_changes: int = 500
    """Changes of title, language, limit and settings that a room's history has."""
    runs: int = 50
    """Runs of a room that are kept, with their outputs."""
    runs_size: int = 10 * MIB
    """The same in bytes of outputs."""
    run_size: int = MIB
    """Outputs of one run that are kept, in bytes."""
    run_outputs: int = 200
    """The same in entries. What a run prints is one entry for each 8 KiB."""
    run_flood: int = 64 * MIB
    """Bytes of messages of a kernel after which a run is interrupted."""
    run_message: int = 64 * MIB
    """A message of a kernel, in bytes. A larger one is not received, and its run is
    interrupted. The server's memory grows by at least that for a time."""
    run_flood_messages: int = 100_000
    """Messages of a kernel after which a run is interrupted."""
    run_image: int = 2 * MIB
    """An image that a run shows, in bytes before base64. It is not in ``run_size``."""
    run_markup: int = 256 * KIB
    """HTML or SVG that a run shows, in bytes."""
    run_interval: float = 0.05
    """Seconds between two commits of what a run prints."""
    question: float = 60.0
    """Seconds until a guest's question whether to run the code expires."""
    questions: int = 6
    """Questions of a guest in ``questions_per`` seconds."""
    questions_per: float = 60.0
    question_refusals: int = 3
    """Refusals in a row after which a guest may not ask for ``question_mute``."""
    question_mute: float = 600.0
    """Seconds for which a guest may not ask after ``question_refusals``."""
    grant: float = 3_600.0
    """Seconds for which a guest may run code without asking."""
    room_kernels: int = 4
    """Kernels that one person may start for rooms."""
    lookups: int = 120
    """Questions of one person about names in kernels in ``lookups_per`` seconds."""
    lookups_per: float = 30.0
    lookup_wait: float = 0.3
    """Seconds that a kernel may take to answer one, before the answer is empty."""
    ping_interval: float = 25.0
    """Seconds between two pings. Proxies close a silent socket after 60 s."""
    ping_timeout: float = 20.0
    """Seconds after a ping without an answer before the connection is closed."""
    login_ask: float = 25.0
    """Seconds between two questions to a page whether its person is still logged in."""
    login_wait: float = 150.0
    """Seconds without an answer before the socket is closed."""
    unread: int = 100
    """Answers in a row that a client does not read before the socket is closed."""
    slow: float = 15.0
    """Seconds that writing one frame may take. Until then nothing else is queued.

    Only ``clients`` limits how many clients are sent a room's code at the same time; a
    smaller limit would let clients that do not read keep others out. 95 clients that
    joined a room of 1 MiB and did not read took 1.5 MiB together, or 100 MiB while
    somebody typed, because each was to be sent another version.
    """
    disk_reserve: int = 100 * MIB
    """Bytes that stay free on the disk of the rooms, so that notebooks can be saved. On
    a small disk it is a twentieth of the disk."""
    storage_wait: float = 2.0
    """Seconds that a commit waits for a database that another process has locked."""

    def __post_init__(self) -> None:
        """Derive ``frame`` from ``code`` unless it is given."""
        if not self.frame:
            object.__setattr__(self, "frame", 2 * self.code + self.first_frame)

    @property
    def keep(self) -> Keep:
        """The limits on a room's log."""
        return Keep(
            self.history_exact,
            self.history_hourly,
            self.history_revisions,
            self.history_size,
        )
