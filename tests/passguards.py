"""The guards of passes, by which kernels on other machines join a room."""

from __future__ import annotations

from .mutant import Mutant

_PASSES = "tests/handlers/test_passes.py"
_RUNS = "tests/handlers/test_pass_runs.py"
_AUTHORITY = "tests/handlers/test_authority.py"

PASSES = (
    Mutant(
        "a pass admits to its own room",
        "connections/passes.py",
        'f"{room_id} {secret}"',
        'f"{secret}"',
        f"{_AUTHORITY} -k pass",
    ),
    Mutant(
        "a pass permits what the table has for kernels",
        "connections/passes.py",
        "right = RULES[message].kernels",
        "right = RULES[message].right",
        _RUNS,
    ),
    Mutant(
        "the connection of a pass ends with it",
        "connections/passes.py",
        "            dismiss(ending)\n",
        "            pass\n",
        f"{_PASSES} -k stop",
    ),
    Mutant(
        "a pass ends with the login of its maker",
        "connections/logins.py",
        "            self._logins.on_end(self.person)\n",
        "",
        f"{_PASSES} -k login",
    ),
    Mutant(
        "a page makes a pass for its own client only",
        "handlers/passes.py",
        "if client and not room.audience.has(client, self.person):",
        "if False:",
        f"{_PASSES} -k own_client",
    ),
    Mutant(
        "a kernel with a pass runs code only where its maker may",
        "handlers/guest_socket.py",
        "RunAccess(context.runs, found.maker.may_run)",
        "RunAccess(context.runs)",
        f"{_RUNS} -k maker",
    ),
    Mutant(
        "the token of a kernel is not sent to the socket of guests",
        "client/tokenentry.py",
        "return (self._pass or self.member).headers()",
        "return self.member.headers()",
        "tests/kernel/test_token_passes.py -k no_seat_runs",
    ),
)
