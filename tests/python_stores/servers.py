"""Servers of Debian's packages, each in a folder of its own, as the user that the package makes."""

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Server:
    """One that runs until it is stopped."""

    user: str

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="osign-"))
        shutil.chown(self.folder, self.user)
        self.log = (self.folder / "log").open("wb")
        self.process = self.start()

    def run(self, *command: str) -> None:
        done = subprocess.run(self.command(*command), cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def command(self, *command: str) -> list[str]:
        # Neither runs as root.
        return ["runuser", "-u", self.user, "--", *command] if os.geteuid() == 0 else list(command)

    def spawn(self, *command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self.command(*command), cwd=self.folder, stdout=self.log, stderr=self.log)

    def start(self) -> "subprocess.Popen[bytes]":
        raise NotImplementedError

    def wait(self, connect: Any) -> None:
        until = time.monotonic() + 60
        while True:
            with suppress(Exception):
                connect().close()
                return
            assert time.monotonic() < until and self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.1)

    def end(self) -> None:
        """At once: nobody needs what is in it."""
        raise NotImplementedError

    def stop(self) -> None:
        self.end()
        self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL(Server):
    user = "postgres"

    def start(self) -> "subprocess.Popen[bytes]":
        bin_ = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        data = str(self.folder / "data")
        self.run(f"{bin_}/initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
        return self.spawn(
            f"{bin_}/postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-k", str(self.folder)
        )

    def end(self) -> None:
        os.kill(int((self.folder / "data/postmaster.pid").read_text().split()[0]), signal.SIGQUIT)

    def dsn(self, database: str = "postgres") -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"


class MariaDB(Server):
    user = "mysql"

    def start(self) -> "subprocess.Popen[bytes]":
        data = str(self.folder / "data")
        self.run("mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", f"--datadir={data}")
        return self.spawn(
            "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1",
            f"--socket={self.folder}/socket", f"--pid-file={self.folder}/pid",
        )

    def end(self) -> None:
        os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)
