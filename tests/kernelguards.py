"""The guards of the server's own file, and of connections that take no seat."""

from __future__ import annotations

from .mutant import Mutant

_OWN_FILE = "tests/client/test_ownserver.py"
_KERNELS = "tests/handlers/test_kernels.py"

KERNELS = (
    Mutant(
        "autoreload does not reload this package, also if it is loaded later",
        "kernel/reloading.py",
        '    shell.events.register("post_execute", keep_out_of_autoreload)\n',
        "",
        "tests/kernel/test_reloading.py",
    ),
    Mutant(
        "autoreload does not reload this package, also without %load_ext",
        "__init__.py",
        "\n_meet_ipython()\n",
        "\n",
        "tests/kernel/test_reloading.py",
    ),
    Mutant(
        "a wrong secret of a kernel is refused",
        "handlers/kernels.py",
        "return self._owner if right else None",
        "return self._owner",
        _KERNELS,
    ),
    Mutant(
        "no page can use the secret of a kernel",
        "handlers/base.py",
        ' or "Origin" in self.request.headers',
        "",
        "tests/handlers/test_authority.py",
    ),
    Mutant(
        "a server proves itself before a kernel sends the secret",
        "client/ownserver.py",
        "if not hmac.compare_digest(found, ",
        "if False and not hmac.compare_digest(found, ",
        _OWN_FILE,
    ),
    Mutant(
        "a server's file of before a restart of the machine is ignored",
        "client/ownserver.py",
        "if file.boot != process.boot:",
        "if False:",
        _OWN_FILE,
    ),
    Mutant(
        "a server's file of an earlier process is ignored",
        "client/ownserver.py",
        "if (file.pid, file.started) != (pid, process.started):",
        "if False:",
        _OWN_FILE,
    ),
    Mutant(
        "a server's file that others can read is ignored",
        "client/ownserver.py",
        "if status.st_mode & 0o077:",
        "if False:",
        _OWN_FILE,
    ),
    Mutant(
        "a secret is sent to a process that runs",
        "client/credentials.py",
        "if not self._is_running():",
        "if False:",
        _OWN_FILE,
    ),
    Mutant(
        "proofs are limited for each address",
        "handlers/prove.py",
        'if kernels.proof_delay(self.request.remote_ip or ""):',
        "if False:",
        "tests/handlers/test_prove.py",
    ),
    Mutant(
        "a kernel takes no seat",
        "rooms/audience.py",
        "if reader.is_kernel:",
        "if False:",
        _KERNELS,
    ),
    Mutant(
        "a kernel follows its room when it is in memory again",
        "rooms/hub.py",
        "        room.audience.evict()\n",
        "",
        _KERNELS,
    ),
    Mutant(
        "edits of kernels are no activity",
        "connections/connection.py",
        "if not self._identity.kernel:\n            self._hub",
        "if True:\n            self._hub",
        _KERNELS,
    ),
    Mutant(
        "giving back the pass takes the rest of the time for leaving",
        "kernel/session.py",
        "in_time(entry.leave(), end - loop.time())",
        "in_time(entry.leave(), within)",
        "tests/kernel/test_leaving.py",
    ),
    Mutant(
        "a process that ends still finds its servers",
        "client/resolver.py",
        "        except RuntimeError as ending:",
        "        except ZeroDivisionError as ending:",
        "tests/kernel/test_session_processes.py",
    ),
    Mutant(
        "closing sockets takes the rest of the time for leaving",
        "client/asyncroom.py",
        "await self._leave(end - loop.time())",
        "await self._leave()",
        "tests/kernel/test_leaving.py",
    ),
)
