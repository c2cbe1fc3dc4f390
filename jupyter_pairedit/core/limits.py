"""What one message, one room and one server may cost, in one value."""

from __future__ import annotations

from dataclasses import dataclass

from .retention import Keep

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    code: int = MIB
    """A room's code as UTF-8."""
    frame: int = 0
    """A frame of the socket after welcome. 0 is replaced by twice ``code`` plus
    ``first_frame``: the whole code with its JSON escapes."""
    first_frame: int = 4 * KIB
    """A frame of the socket before welcome."""
    body: int = 64 * KIB
    """An HTTP body that carries no code."""
    parts: int = 2_000
    """Sections of all the change sets in one push."""
    updates: int = 500
    """Change sets in one push."""
    rebase: int = 100_000
    """Sections that are visited to rebase one push (``core.revisions.rebase_work``),
    about 1 µs each. A push that needs more is refused: its client reads on, rebases by
    itself and pushes again. Of a caret, a tenth."""
    people: int = 2
    """In a room at a time, when the room does not say."""
    clients: int = 300
    """Connected at a time, in all rooms of the server."""
    rooms: int = 200
    """In memory at a time; who needs one more is told to try again later."""
    stored: int = 5_000
    """Rooms in the store, above which none is made."""
    malformed: int = 3
    """Malformed messages before the socket is closed."""
    forbidden: int = 5
    """Messages beyond what their sender may do before the socket is closed."""
    mismatches: int = 5
    """Times in ``mismatches_per`` that a client is sent the room's code because it says
    that it shows another."""
    mismatches_per: float = 60.0
    pings: int = 50
    """Of a client in ``pings_per``, each to be answered; browsers send none."""
    pings_per: float = 10.0
    hello: float = 5.0
    """Until the first message of the edit dialect, whatever else is sent."""
    unseated: int = 64
    """Sockets that have not said hello, of the whole server."""
    unseated_per_address: int = 8
    """The same of one person at one address: behind a proxy all have one address."""
    connects: int = 30
    """Sockets that one person may open in ``connects_per``."""
    connects_per: float = 10.0
    edits: int = 60
    """Changes of a client at once, and in ``edits_per`` again; who is quicker waits,
    and what is typed meanwhile goes into one push."""
    edits_per: float = 3.0
    edit_size: int = 512 * KIB
    """Of a client's changes at once, and in ``edit_size_per`` again, in characters: of
    the message where it carries edits, of what is changed where it carries the whole
    code. Whoever has not used it up may send any one message; then who sends more
    waits, and nothing is lost."""
    edit_size_per: float = 60.0
    edit_size_wait: float = 10.0
    """The longest wait for that; what is owed beyond it is forgiven, and so a message
    of any size goes through each time. Our editor gives up a line that does not answer
    for 15 s, and no answer to a ping is read meanwhile: this is to be well below both
    that and ``ping_timeout``."""
    edit_size_free: int = 256
    """A change of up to so many characters, as keys are, neither counts nor waits:
    ``edits`` bounds them, to less than ``edit_size``."""
    carets: int = 20
    """Carets that a client may place in a second: twice what our editor does."""
    guests_alone: float = 4 * 3_600.0
    """How long guests whom nobody watches keep a server from being culled."""
    guest_frame: int = 64 * KIB
    """A frame of a guest who may only look."""
    invites: int = 20
    """Links of a room that let somebody in, at a time."""
    guesses: int = 10
    """Keys that were not right, from one address in ``guesses_per``."""
    guesses_of_all: int = 100
    """The same of all addresses together: many of them may be one person's."""
    guesses_per: float = 60.0
    recheck: float = 15.0
    """How often the links of guests who are here are looked at in the store: the most
    that a change by another server takes to reach them."""
    resume: float = 24 * 3_600.0
    """How long a guest can come back without the key: a night's sleep."""
    suggestions: int = 30
    """Suggestions to the guests of a room in ``suggestions_per``."""
    suggestions_per: float = 3_600.0
    suggestion_wait: float = 2.0
    """How long the completer may take to answer a guest."""
    suggestion_size: int = 4 * KIB
    """Of a suggestion to a guest, in bytes of UTF-8."""
    idle: float = 300.0
    """How long a room stays in memory after its last client has left."""
    tail: int = 2_000
    """Revisions that an open room keeps in memory; the store has the older ones."""
    tail_size: int = 8 * MIB
    """The same in UTF-16 units, and some for each section of a change set."""
    slice_size: int = 256 * KIB
    """Of what a reader that is behind is sent at a time, counted in the same way."""
    snapshot_revisions: int = 200
    """Revisions after which the code is stored again, so that loading stays quick."""
    snapshot_size: int = 64 * KIB
    """The same in bytes of change sets."""
    history_exact: float = 30 * 24 * 3600.0
    """How long each revision is kept as it was; after that, those of an hour as one."""
    history_hourly: float = 90 * 24 * 3600.0
    """How long that is kept; after that, all between two restore points as one."""
    history_revisions: int = 50_000
    """Entries of a room's log; where there are more, the oldest are merged."""
    history_size: int = 50 * MIB
    """The same in bytes of the log and its snapshots. When merging does not help, the
    room takes no more changes."""
    history_round: float = 3600.0
    """Between two looks at the rooms that are not open."""
    points: int = 100
    """Restore points of a room."""
    ping_interval: float = 25.0
    """Under the 60 s after which proxies cut a silent socket."""
    ping_timeout: float = 20.0
    """Seconds after a ping without an answer before the connection is closed."""
    unread: int = 100
    """Answers in a row that a client does not read before the socket is closed."""
    slow: float = 15.0
    """How long one frame may take to leave; until then it is all that waits.

    How many are sent a room's code at once has no limit but ``clients``: with one of
    few at a time, as many who do not read would keep all others out. They wait for one
    frame: 95 who joined 1 MiB and did not read took 1.5 MiB together, or 100 MiB where
    somebody typed meanwhile, so that each was to be sent another version.
    """
    disk_reserve: int = 100 * MIB
    """Bytes that stay free on the disk of the rooms: notebooks are to be saved too. Of
    a small disk it is a twentieth."""
    storage_wait: float = 2.0
    """How long a commit waits for a database that another process has locked."""

    def __post_init__(self) -> None:
        """Derive ``frame`` from ``code`` unless it is given."""
        if not self.frame:
            object.__setattr__(self, "frame", 2 * self.code + self.first_frame)

    @property
    def keep(self) -> Keep:
        """How much of a room's log is kept."""
        return Keep(
            self.history_exact,
            self.history_hourly,
            self.history_revisions,
            self.history_size,
        )
