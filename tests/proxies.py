"""Proxies in front of a server."""

from __future__ import annotations

import datetime
import getpass
import os
import re
import shutil
import socket
import subprocess
import time
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.ports import free_port

ROOT = Path(__file__).parents[1]
CONFIGURABLE = ROOT / "js/node_modules/configurable-http-proxy/bin"

_START = 20.0
"""Seconds after which a start fails."""


class Proxy:
    """The process of a proxy. It listens on ``port`` once constructed."""

    def __init__(self, command: list[str], port: int, folder: Path) -> None:
        self.port = port
        self._log = folder / "proxy.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + _START
        while not self._listens():
            assert self._process.poll() is None and time.monotonic() < until, self.log()
            time.sleep(0.01)  # between two attempts

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        """Return its output."""
        return self._log.read_text("utf-8", "replace")

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(_START)


def fenced(language: str) -> list[str]:
    """Return the code blocks of ``docs/deploy.md`` in a language, in order."""
    text = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def start_nginx(folder: Path, target: int, timeout: str = "60s") -> Proxy:
    """Start nginx with TLS and the site of ``docs/deploy.md`` in front of a port.

    It closes a silent WebSocket after ``timeout``.
    """
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        missing = "expected nginx on PATH, found none (apt-get install nginx)"
        if os.environ.get("PAIREDIT_NGINX") == "required":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    port = free_port()
    (site,) = fenced("nginx")
    for shown, here in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/jupyter.example.org.pem": f"{folder}/site.pem",
        "/etc/ssl/jupyter.example.org.key": f"{folder}/site.key",
        "proxy_pass http://127.0.0.1:8888;": f"proxy_pass http://127.0.0.1:{target};",
        "proxy_read_timeout 60s;": f"proxy_read_timeout {timeout};",
    }.items():
        assert site.count(shown) == 1, shown
        site = site.replace(shown, here)
    certify(folder)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    (folder / "nginx.conf").write_text(
        # Workers of an nginx that root starts could not read this folder.
        ("" if os.geteuid() else f"user {getpass.getuser()};\n")
        + f"daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\n"
        + f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{site}}}\n"
    )
    command = [nginx, "-c", f"{folder}/nginx.conf", "-p", str(folder), "-e", "stderr"]
    return Proxy(command, port, folder)


def start_configurable(folder: Path, node: Path, target: int) -> Proxy:
    """Start JupyterHub's proxy in front of a port."""
    port = free_port()
    command = [
        *(str(node), str(CONFIGURABLE / "configurable-http-proxy")),
        *("--ip", "127.0.0.1", "--port", str(port)),
        *("--api-ip", "127.0.0.1", "--api-port", str(free_port())),
        *("--default-target", f"http://127.0.0.1:{target}"),
    ]
    return Proxy(command, port, folder)


def certify(folder: Path) -> None:
    """Write a key and a self-signed certificate for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "site.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "site.key").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
