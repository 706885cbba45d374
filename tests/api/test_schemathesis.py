"""Generated requests against a running server: no 5xx, nothing undocumented.

Short here; ten thousand cases with::

    python -m tests.api.test_schemathesis 900
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from search_service import build_index
from tests.api.conftest import KEY, settings_for
from tests.api.server import ROOT, running

CONFIG = Path(__file__).with_name("schemathesis.toml")


def generated(examples: int, *options: str) -> subprocess.CompletedProcess[str]:
    """Let Schemathesis call a server of its own, every check and phase."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build_index([ROOT / "seeds"], settings=settings_for(index))
        with running(index, admin_key=KEY, workers="2", log_level="warning") as server:
            done = subprocess.run(
                [
                    str(Path(sys.executable).with_name("schemathesis")),
                    "--config-file",
                    str(CONFIG),
                    "run",
                    f"{server.url}/openapi.json",
                    f"--header=Authorization: Bearer {KEY}",
                    f"--max-examples={examples}",
                    "--checks=all",
                    "--continue-on-failure",
                    "--no-color",
                    *options,
                ],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            assert not [line for line in server.lines if "level=error" in line]
    return done


def test_generated_requests_find_nothing() -> None:
    done = generated(8, "--seed=1")
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr


if __name__ == "__main__":
    finished = generated(int(sys.argv[1]))
    print(finished.stdout, finished.stderr)
    sys.exit(finished.returncode)
