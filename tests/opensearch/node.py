"""Real OpenSearch nodes on loopback, from Maven Central, without Docker.

The distribution is the plain server: no plugin and no scripting module is in it, so what
passes here needs none. Nodes get free ports, a small heap and a folder of their own, and
end with the object that started them.
"""

from __future__ import annotations

import atexit
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
STARTING = 180.0
"""Seconds that a node may take to answer; about 10 where nothing else runs."""


class Unavailable(Exception):
    """No server can be had here; the message says why."""


@lru_cache(maxsize=1)
def distribution() -> Path | Unavailable:
    """Return the unpacked server, or why there is none; fetched once per checkout,
    unpacked once per run.
    """
    try:
        return _distribution()
    except Unavailable as error:
        return error


def _distribution() -> Path:
    if os.environ.get("OPENSEARCH_TESTS") == "off":
        raise Unavailable("OPENSEARCH_TESTS is off")
    for command in ("java", "mvn"):
        if shutil.which(command) is None:
            raise Unavailable(f"{command} is not installed")
    archives = sorted((HERE / "target").glob("opensearch-*.zip"))
    if not archives:
        fetch = ["mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), "generate-resources"]
        done = subprocess.run(fetch, capture_output=True, text=True, check=False)
        archives = sorted((HERE / "target").glob("opensearch-*.zip"))
        if done.returncode or not archives:
            raise Unavailable(f"Maven did not fetch the server: {done.stdout[-500:]}")
    folder = Path(tempfile.mkdtemp(prefix="opensearch-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)  # the server refuses to run as root, so another user reads this
    with zipfile.ZipFile(archives[-1]) as archive:
        archive.extractall(folder)
    return next(folder.glob("opensearch-*"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Node:
    """One server process."""

    def __init__(self, name: str = "node", others: Sequence[Node] = (), heap: str = "512m") -> None:
        self.name = name
        self.heap = heap
        self.port, self.transport = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        home = distribution()
        if isinstance(home, Unavailable):
            raise home
        self._home = home
        self._folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._home.parent))
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def start(self, nodes: Sequence[Node] = ()) -> None:
        """Start the process, as one of ``nodes`` or alone; ``wait`` waits for it."""
        for part in ("conf", "data", "logs", "tmp"):
            (self._folder / part).mkdir(exist_ok=True)
        shutil.copy(self._home / "config" / "log4j2.properties", self._folder / "conf")
        (self._folder / "conf" / "opensearch.yml").write_text(self._configuration(nodes))
        user: dict[str, object] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        command = [
            "java",
            f"-Xms{self.heap}",
            f"-Xmx{self.heap}",
            "-XX:+UseSerialGC",
            "-Djava.security.manager=allow",
            f"-Djava.io.tmpdir={self._folder / 'tmp'}",
            f"-Dopensearch.path.home={self._home}",
            f"-Dopensearch.path.conf={self._folder / 'conf'}",
            "-Dopensearch.distribution.type=zip",
            "-Dopensearch.bundled_jdk=false",
            "-cp",
            f"{self._home / 'lib'}/*",
            "org.opensearch.bootstrap.OpenSearch",
        ]
        with (self._folder / "logs" / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **user
            )  # type: ignore[call-overload]

    def _configuration(self, nodes: Sequence[Node]) -> str:
        lines = {
            "cluster.name": f"test-{os.getpid()}",
            "node.name": self.name,
            "path.data": self._folder / "data",
            "path.logs": self._folder / "logs",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self.transport,
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        if nodes:
            seeds = ", ".join(f'"127.0.0.1:{node.transport}"' for node in nodes)
            names = ", ".join(node.name for node in nodes)
            lines["discovery.seed_hosts"] = f"[{seeds}]"
            lines["cluster.initial_cluster_manager_nodes"] = f"[{names}]"
        else:
            lines["discovery.type"] = "single-node"
        return "".join(f"{name}: {value}\n" for name, value in lines.items())

    def wait(self, nodes: int = 1) -> None:
        """Wait until the node answers and sees ``nodes`` nodes."""
        deadline = time.monotonic() + STARTING
        query = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status=green&timeout=5s"
        while time.monotonic() < deadline:
            try:
                answer = self.get(query)
                if not answer["timed_out"]:
                    return
            except (OSError, urllib.error.URLError):
                if self._process is None or self._process.poll() is not None:
                    break
            time.sleep(0.2)
        log = (self._folder / "logs" / "console.log").read_text(errors="replace")
        raise AssertionError(f"{self.name} did not start:\n{log[-3000:]}")

    def get(self, path: str, method: str = "GET") -> dict[str, object]:
        """Return what the node answers, as JSON."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            found: dict[str, object] = json.load(response)
        return found

    def processor_seconds(self) -> float:
        """Return how long the process has kept processors busy; 0 where that is not known."""
        statistics = Path(f"/proc/{self._process.pid if self._process else 0}/stat")
        if not statistics.exists():
            return 0.0
        fields = statistics.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End the process at once, as a power failure would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the process and remove its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        atexit.unregister(self.close)


@lru_cache(maxsize=1)
def shared_node() -> Node:
    """Return the node that tests share; started on first use, ended with the run."""
    node = Node("shared")
    node.start()
    node.wait()
    return node
