# SPDX-License-Identifier: Apache-2.0
"""Commands with a deadline and daemons whose health can be asked for."""

import os
import subprocess
import time
from pathlib import Path


class Failed(Exception):
    """Something that was to be seen was not; the message says what."""


def run(argv, timeout_seconds=10):
    """The finished process, output as text. Raises Failed when it takes too long or is not there."""
    try:
        return subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout_seconds, start_new_session=True, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"no end of '{_text(argv)}' within {timeout_seconds} s") from None
    except FileNotFoundError:
        raise Failed(f"no command {argv[0]}") from None


def output(argv, timeout_seconds=10):
    """What argv prints. Raises Failed when it ends with another code than 0."""
    done = run(argv, timeout_seconds)
    if done.returncode != 0:
        raise Failed(f"'{_text(argv)}' ended with {done.returncode}: {last_line(done.stderr or done.stdout)}")
    return done.stdout


def last_line(text):
    """The last line of text that is not blank."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "(no output)"


def wait_until(condition, seconds, what, every_seconds=0.1, meanwhile=None):
    """The first true value of condition(). Raises Failed, naming what, after the deadline.

    meanwhile() is called once a second and may raise Failed to end the wait early.
    """
    deadline = time.monotonic() + seconds
    next_meanwhile = time.monotonic() + 1
    while True:
        value = condition()
        if value:
            return value
        now = time.monotonic()
        if now > deadline:
            raise Failed(f"not within {seconds} s: {what}")
        if meanwhile and now > next_meanwhile:
            meanwhile()
            next_meanwhile = now + 1
        time.sleep(every_seconds)


def _text(argv):
    words = [str(word) for word in argv]
    if words[0] == "mnexec":
        words = words[3:]
    return " ".join(words)


class Daemon:
    """A process in the background with its log file; it must outlive the steps of a run."""

    def __init__(self, name, argv, log):
        self.name = name
        self.log = Path(log)
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=stream,
                                            stderr=stream, start_new_session=True)
        self.pid = self.process.pid
        self._descendants = []

    def settle(self):
        """Takes the descendants of now as lasting ones, like those of NSD that answer the questions."""
        self._descendants = sorted(_descendants(self.pid))

    def trouble(self):
        """Why this daemon is not well, or None. Stopped is not well, and so is a lost descendant."""
        if self.process.poll() is not None:
            return (f"{self.name} (pid {self.pid}) ended with {self.process.returncode}; "
                    f"last in its log: {last_line(self.log_text())}")
        for pid in [self.pid, *self._descendants]:
            state = _state(pid)
            if state in ("", "Z", "X"):
                return f"{self.name}: its process {pid} is gone"
            if state in ("T", "t"):
                return f"{self.name} (pid {pid}) is stopped"
        return None

    def log_text(self):
        """The whole log."""
        return self.log.read_text(errors="replace")

    def stop(self, timeout_seconds=10):
        """Ends it with SIGTERM; returns its exit code. Raises Failed when it does not end."""
        self.process.terminate()
        try:
            return self.process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed(f"{self.name} (pid {self.pid}) did not end within {timeout_seconds} s of SIGTERM") from None


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _descendants(pid):
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split()):
                yield child
                yield from _descendants(child)
    except OSError:
        return
