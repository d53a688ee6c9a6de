# SPDX-License-Identifier: Apache-2.0
"""demo.py as a user runs it, outside of the tests' own run, and watched line by line."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from process import wait_until
from run import OUTER_PID, Run

DEMO = Path(__file__).resolve().parent.parent / "demo.py"


class DemoProcess:
    """One demo; to be used in a with statement, which ends it."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL):
        # The process that started this run still is in the namespaces that a user's shell is in.
        enter = ["nsenter", "--target", os.environ[OUTER_PID], "--net", "--mount"]
        self.process = subprocess.Popen([*enter, sys.executable, str(DEMO), *arguments], stdin=stdin, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)
        kept = re.search(r"^logs and generated files: (/tmp/instar-[0-9a-f]{4})$", self.text, re.MULTILINE)
        if kept:
            shutil.rmtree(kept.group(1), ignore_errors=True)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def text(self):
        """What it has printed so far."""
        return "".join(list(self.lines))

    def wait_for(self, text, seconds=60):
        """Returns when it has printed this."""
        wait_until(lambda: text in self.text or self.process.poll() is not None, seconds, f"the demo prints '{text}'")
        assert text in self.text, self.text

    def wait_for_step(self, title):
        """Returns when the step with this in its title has begun."""
        wait_until(lambda: any(title in line for line in list(self.lines) if line.startswith("["))
                   or self.process.poll() is not None, 60, f"the demo begins '{title}'")
        assert self.process.poll() is None, self.text

    def end(self, seconds=30):
        """Its exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    @property
    def run(self):
        """The run it is in."""
        return Run(re.search(r"^ *run directory: /tmp/instar-(\w+)$", self.text, re.MULTILINE).group(1))

    def pid_of(self, name):
        """Pid of one of its daemons, as printed."""
        return int(re.search(rf"^ *{name} +(\d+) ", self.text, re.MULTILINE).group(1))


def assert_nothing_left(run, directory_kept=False):
    """No process, no namespace; the directory only where it was to be kept."""
    assert run.processes() == []
    assert not Path("/run/netns", run.namespace).exists()
    assert run.directory.exists() == directory_kept
