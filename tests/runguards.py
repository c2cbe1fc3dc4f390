"""The guards of runs: what is executed, who permits it, and what is shown of it."""

from __future__ import annotations

from .mutant import Mutant

_TEXTS = "tests/core/test_runs.py"
_UNREAD = "tests/core/test_unread.py"
_SHOWN = "tests/runs/test_shown.py"
_QUESTIONS = "tests/runs/test_questions.py"
_GRANTS = "tests/runs/test_grants.py"
_BINDINGS = "tests/runs/test_bindings.py"
_REPORTED = "tests/runs/test_reported.py"
_SERVICE = "tests/runs/test_service.py"
_SESSION = "tests/connections/test_runs.py"
_JOBS = "tests/running/test_jobs.py"
_CHANNELS = "tests/running/test_channels.py"
_RIGHTS = "tests/handlers/test_run_rights.py"
_APPROVALS = "tests/handlers/test_run_approvals.py"

_CORE = (
    Mutant(
        "exactly the text of a digest is run",
        "core/runs.py",
        "    if digest_of(code) != digest:\n",
        "    if False:\n",
        _TEXTS,
    ),
    Mutant(
        "a part of a text has whole characters",
        "core/runs.py",
        "text.splits_pair(start) or text.splits_pair(end)",
        "False",
        _TEXTS,
    ),
    Mutant(
        "a run that has ended goes on to no state",
        "core/runs.py",
        "        if state not in NEXT[self.state]:\n",
        "        if False:\n",
        _TEXTS,
    ),
    Mutant(
        "a list of a part covers nothing of the rest of a span",
        "core/unread.py",
        "self._number(is_unread, start, end)",
        "self._number(is_unread, 0, self._length)",
        _UNREAD,
    ),
    Mutant(
        "what a guest has removed is listed",
        "core/unread.py",
        "            if end > start and not self._is_new(start, end):\n",
        "            if False:\n",
        _UNREAD,
    ),
    Mutant(
        "beyond the bound the whole text is unread",
        "core/unread.py",
        "            spans = [Span(0, self._length, guests, (self._id,))]\n",
        "            spans = spans[:MOST]\n",
        _UNREAD,
    ),
    Mutant(
        "a whole-file write hides no text of a guest",
        "core/unread.py",
        '        if revision.kind == "write" or revision.run > 1:\n',
        "        if False:\n",
        "tests/core/test_unread_writes.py",
    ),
    Mutant(
        "text that a write inserts is shown if all that it removes was",
        "core/unread.py",
        "max(each.ids[0] for each in spans)",
        "min(each.ids[0] for each in spans)",
        "tests/core/test_unread_writes.py",
    ),
    Mutant(
        "a line has all guests who have written in it as authors",
        "core/guestlines.py",
        "            found.setdefault((line, False), {})\n",
        "            found[line, False] = {}\n",
        _UNREAD,
    ),
    Mutant(
        "characters that cannot be seen are noted whatever their category",
        "core/notes.py",
        " or _ALIKE.match(each):",
        ":",
        "tests/core/test_notes.py",
    ),
    Mutant(
        "commands of the shell are noted",
        "core/notes.py",
        "    | [^#'\"]*=\\s*[%!]   # x = %magic, x = !command\n",
        "",
        "tests/core/test_notes.py",
    ),
    Mutant(
        "the size of an output is that of its text as UTF-8",
        "core/outputs.py",
        "len(self.text.encode()) + ",
        "len(self.text) + ",
        _REPORTED,
    ),
    Mutant(
        "control strings are not shown",
        "core/streams.py",
        '        elif kind == "string":\n            self._in_string = True\n',
        "",
        "tests/core/test_streams.py",
    ),
    Mutant(
        "an image is what its type says",
        "core/bundles.py",
        "    return bool(_MAGIC[mime](data))",
        "    return True",
        "tests/core/test_bundles.py",
    ),
    Mutant(
        "HTML that needs a program is not shown",
        "core/bundles.py",
        'if markup is None or (active and mime == "text/html"):',
        "if markup is None:",
        "tests/core/test_bundles.py",
    ),
    Mutant(
        "the text of a run is limited",
        "core/collector.py",
        "        return others + size <= self._limits.run_size\n",
        "        return True\n",
        "tests/core/test_collector.py",
    ),
    Mutant(
        "the first error is kept beyond the limit",
        "core/collector.py",
        "        if self._has_error and not self._fits(",
        "        if not self._fits(",
        "tests/core/test_collector.py",
    ),
)

_DECISIONS = (
    Mutant(
        "an approval is of the text that was shown",
        "runs/asking.py",
        "        if question.run.digest != digest:\n",
        "        if False:\n",
        _QUESTIONS,
    ),
    Mutant(
        "an approval is used once",
        "runs/asking.py",
        "        self.questions.close(room_id, number)\n"
        "        self._cancel_expiry(room_id)\n"
        "        self._changed(room_id)\n"
        "        self.questions.accepted",
        "        self.questions.accepted",
        _QUESTIONS,
    ),
    Mutant(
        "guests ask where the room permits it",
        "runs/asking.py",
        "        if not room.record.settings.guests_may_ask:\n",
        "        if False:\n",
        _QUESTIONS,
    ),
    Mutant(
        "a guest takes back no question of somebody else",
        "runs/asking.py",
        "        if question.asker != who.person:\n",
        "        if False:\n",
        _QUESTIONS,
    ),
    Mutant(
        "the question of a guest who leaves is withdrawn",
        "runs/asking.py",
        "if question is not None and client_id and question.client_id == client_id:",
        "if False:",
        _QUESTIONS,
    ),
    Mutant(
        "a guest who was refused three times may not ask",
        "runs/questions.py",
        "        if until > now:\n",
        "        if False:\n",
        _QUESTIONS,
    ),
    Mutant(
        "a guest asks six times a minute",
        "runs/questions.py",
        "        if seconds:\n",
        "        if False:\n",
        _QUESTIONS,
    ),
    Mutant(
        "a permission to run ends after an hour",
        "runs/grants.py",
        "if grant and grant.until > self._clock() else",
        "if grant else",
        _GRANTS,
    ),
    Mutant(
        "trust ends after an hour",
        "runs/grants.py",
        " and until > now\n",
        "\n",
        _GRANTS,
    ),
    Mutant(
        "trust is that of one person",
        "runs/grants.py",
        "if (room, whose) == (room_id, person)",
        "if room == room_id",
        _GRANTS,
    ),
    Mutant(
        "a permission ends with the connection",
        "runs/service.py",
        "            self.end_permissions(room_id, session)\n",
        "",
        _GRANTS,
    ),
    Mutant(
        "a connection gets no permission from the one that it replaces",
        "runs/service.py",
        "            self.end_permissions(room_id, before)\n",
        "            pass\n",
        _GRANTS,
    ),
    Mutant(
        "a guest without a permission asks",
        "runs/service.py",
        "            if not permitted_by:\n",
        "            if False:\n",
        _SERVICE,
    ),
    Mutant(
        "text of guests is shown before a member runs it",
        "runs/service.py",
        "        elif not unread:\n            await self._check_shown",
        "        elif False:\n            await self._check_shown",
        _SHOWN,
    ),
    Mutant(
        "text of guests is shown before a cell runs it",
        "runs/service.py",
        "        if not unread:\n            await self._check_shown",
        "        if False:\n            await self._check_shown",
        _REPORTED,
    ),
    Mutant(
        "only the list that was sent can be confirmed",
        "runs/shown.py",
        "        if reader.listed[:2] == (request, version):\n",
        "        if True:\n",
        _SHOWN,
    ),
    Mutant(
        "a list has all lines that its confirmation counts",
        "runs/shown.py",
        "_noted, text, unread.lines)",
        "_noted, text, [x for x in unread.lines if not trusted >= {*x.clients}])",
        _SHOWN,
    ),
    Mutant(
        "trust is for text of trusted clients alone",
        "runs/shown.py",
        "for client in each.clients} <= trusted:",
        "for client in each.clients} <= trusted or trusted:",
        _SHOWN,
    ),
    Mutant(
        "trust is for a client and not for its name",
        "core/guestlines.py",
        "list(dict.fromkeys(each.client_id for each in self.guests))",
        "list({each.name: each.client_id for each in self.guests}.values())",
        _SHOWN,
    ),
    Mutant(
        "of a version before the last one read, nothing was shown",
        "runs/shown.py",
        "not known or reader.guests.version > wanted.version:",
        "not known:",
        _SHOWN,
    ),
    Mutant(
        "a guest stops no run of somebody else",
        "runs/runner.py",
        "        if who.guest and not room.runs.is_asker(number, who.client_id):\n",
        "        if False:\n",
        _SERVICE,
    ),
    Mutant(
        "one person starts a few kernels for rooms",
        "runs/bindings.py",
        "        if sum(each.by == by for each in alive) >= most:\n",
        "        if False:\n",
        _BINDINGS,
    ),
    Mutant(
        "the kernel of a notebook is not shut down with its room",
        "runs/bindings.py",
        "        if binding.started and binding.by == by:\n",
        "        if binding.by == by:\n",
        _BINDINGS,
    ),
    Mutant(
        "a dead kernel is given nothing",
        "runs/bindings.py",
        '        if binding.kernel.state == "dead":\n',
        "        if False:\n",
        _BINDINGS,
    ),
    Mutant(
        "a kernel reports its own runs",
        "runs/reported.py",
        "        if found is None or found.session is not session:\n",
        "        if found is None:\n",
        _REPORTED,
    ),
    Mutant(
        "what a kernel reports is limited",
        "runs/reported.py",
        "            if full or total > limits.run_size:\n",
        "            if False:\n",
        _REPORTED,
    ),
    Mutant(
        "a stored question is asked if it fits the log",
        "runs/following.py",
        "        except RunRefusal:\n"
        "            # The row does not fit the log: it was not written by a server of "
        "ours.\n"
        "            return\n",
        '        except RunRefusal:\n            code = ""\n',
        _SERVICE,
    ),
)

_EDGE = (
    Mutant(
        "only a page of the server decides for guests",
        "connections/runs.py",
        "        if isinstance(message, DECISIONS) and not self._decides:\n",
        "        if False:\n",
        _SESSION,
    ),
    Mutant(
        "only a kernel begins and reports runs",
        "connections/runs.py",
        "        if isinstance(message, OF_KERNELS) and not self._identity.kernel:\n",
        "        if False:\n",
        _SESSION,
    ),
    Mutant(
        "the right to run is checked for each message",
        "connections/runs.py",
        '        if permission.may != "run":\n            why',
        "        if False:\n            why",
        _SESSION,
    ),
    Mutant(
        "a permission ends with the role",
        "connections/runs.py",
        "        self._runs.end_permissions(self._room_id, self)\n",
        "",
        _SESSION,
    ),
    Mutant(
        "questions are sent to pages that decide",
        "connections/runs.py",
        "        if self._decides:\n            self._tasks",
        "        if True:\n            self._tasks",
        _SESSION,
    ),
    Mutant(
        "a page that decides is one of exactly the server's origin",
        "handlers/runrights.py",
        '        request.headers.get("Origin", "") == own\n        and bool(cookie)',
        "        bool(cookie)",
        _APPROVALS,
    ),
    Mutant(
        "a page that decides has the value of its cookie",
        "handlers/runrights.py",
        "        and hmac.compare_digest(cookie.encode(), xsrf.encode())\n",
        "",
        _APPROVALS,
    ),
    Mutant(
        "a token decides nothing",
        "handlers/runrights.py",
        "    if handler.is_kernel or handler.token_authenticated:\n",
        "    if handler.is_kernel:\n",
        _APPROVALS,
    ),
    Mutant(
        "running code has to be switched on where there may be several users",
        "handlers/runrights.py",
        "    if type(provider) in _ONE_USER:\n",
        "    if isinstance(provider, _ONE_USER):\n",
        _RIGHTS,
    ),
    Mutant(
        "who may not use kernels reaches none by a room",
        "handlers/runrights.py",
        "    for resource in (RESOURCE, _KERNELS):\n",
        "    for resource in (RESOURCE,):\n",
        _RIGHTS,
    ),
    Mutant(
        "the right to run is checked for requests",
        "handlers/runs.py",
        '        if permission.may != "run":\n',
        "        if False:\n",
        _RIGHTS,
    ),
)

_KERNEL = (
    Mutant(
        "a kernel has one execution at a time",
        "running/jobs.py",
        "        if self._sent or not self._waiting:\n",
        "        if not self._waiting:\n",
        _JOBS,
    ),
    Mutant(
        "a cell of the owner is not interrupted",
        "running/jobs.py",
        "        return sent.begun\n",
        "        return True\n",
        _JOBS,
    ),
    Mutant(
        "what has ended in the kernel is not interrupted",
        "running/jobs.py",
        "is not ours.\n        job.execution.running = False\n",
        "is not ours.\n",
        _JOBS,
    ),
    Mutant(
        "nothing that waited for a kernel runs in the next one",
        "running/jobs.py",
        "        self._waiting.clear()\n",
        "",
        _JOBS,
    ),
    Mutant(
        "the sink of a run is called once at a time",
        "running/jobs.py",
        "if each.begun and not each.in_flight and now",
        "if each.begun and now",
        _JOBS,
    ),
    Mutant(
        "a flood is interrupted",
        "running/jobs.py",
        "            if job.flooded():\n",
        "            if False:\n",
        _JOBS,
    ),
    Mutant(
        "messages with a wrong signature say nothing",
        "running/channels.py",
        "        if not hmac.compare_digest(bytes(parts[0]), signature):\n",
        "        if False:\n",
        _CHANNELS,
    ),
    Mutant(
        "nothing is sent to another machine",
        "running/channels.py",
        "    elif not is_local_ip(ip):\n",
        "    elif False:\n",
        _CHANNELS,
    ),
    Mutant(
        "nothing is kept for a kernel that is gone",
        "running/channels.py",
        "            socket.immediate = 1\n",
        "            pass\n",
        _CHANNELS,
    ),
    Mutant(
        "no content of a message ends the connection",
        "running/contents.py",
        "except (ValueError, RecursionError):\n        return _lenient",
        "except ValueError:\n        return _lenient",
        _CHANNELS,
    ),
)

RUNS = (*_CORE, *_DECISIONS, *_EDGE, *_KERNEL)
