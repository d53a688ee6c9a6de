# SPDX-License-Identifier: Apache-2.0
"""The life of one run: a network namespace and a directory of its own, and their removal whatever happens.

A run with the id X owns the namespace instar-X, the directory /tmp/instar-X and every process that has INSTAR_RUN=X in
its environment; nothing else is touched when it is removed, so runs may go in parallel. The process that the user
started (the outer one) makes them, runs the work (the inner process) inside and removes them afterwards, also when the
inner one was killed. If the outer one is killed instead, the inner one removes them; if both are, the next run does.
"""

import ctypes
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

MARKER = "INSTAR_RUN"
OUTER_PID = "INSTAR_OUTER_PID"
ROOT = Path("/tmp")
REPOSITORY = Path(__file__).resolve().parent.parent

EXIT_FAILED = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIGNAL_SENT_BY_KERNEL = 0x80
PR_SET_PDEATHSIG = 1
TERM_GRACE_SECONDS = 8
KILL_GRACE_SECONDS = 5


class Unfit(Exception):
    """The machine cannot run the lab; the message is one line naming what is missing."""


class Interrupted(BaseException):
    """SIGINT, SIGTERM or SIGHUP asked the run to end."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Run:
    """Names and removal of what one run owns."""

    def __init__(self, run_id):
        self.id = run_id
        self.namespace = f"instar-{run_id}"
        self.directory = ROOT / self.namespace
        self.owner_file = self.directory / "owner"

    @classmethod
    def create(cls):
        """A new run with an empty directory and a namespace whose loopback is up."""
        while True:
            run = cls(secrets.token_hex(2))
            try:
                run.directory.mkdir(mode=0o755)
                break
            except FileExistsError:
                continue
        run.owner_file.write_text(f"{os.getpid()} {start_time(os.getpid())}\n")
        try:
            _ip("netns", "add", run.namespace)
            _ip("-n", run.namespace, "link", "set", "lo", "up")
        except subprocess.CalledProcessError as error:
            run.remove()
            raise Unfit(f"cannot make a network namespace: {error.stderr.strip()}") from None
        return run

    @classmethod
    def current(cls):
        """The run this process is inside of."""
        return cls(os.environ[MARKER])

    def environment(self):
        """What every process of the run gets: nothing of the caller's but the terminal, HOME and the JDK."""
        ovs = str(self.directory / "ovs")
        kept = {name: os.environ[name] for name in ("HOME", "TERM", "INSTAR_NAT64D") if name in os.environ}
        return kept | {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "JAVA_HOME": java_home(),
            "OVS_RUNDIR": ovs, "OVS_DBDIR": ovs, "OVS_LOGDIR": ovs, "OVS_SYSCONFDIR": ovs,
            MARKER: self.id,
            OUTER_PID: str(os.getpid()),
        }

    def processes(self):
        """Pids of all processes that carry this run's marker, but the caller's own."""
        wanted = f"{MARKER}={self.id}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if wanted in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    def remove(self, keep_directory=False):
        """Ends the run's processes, then removes its namespace (and with it all its interfaces) and its directory."""
        self._end_processes()
        if Path("/run/netns", self.namespace).exists():
            subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True, timeout=20, check=False)
        if keep_directory:
            self.owner_file.unlink(missing_ok=True)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _end_processes(self):
        for pid in self.processes():
            # The interactive shells of Mininet's hosts ignore SIGTERM.
            _signal(pid, signal.SIGHUP if _command_name(pid) == "bash" else signal.SIGTERM)
            _signal(pid, signal.SIGCONT)
        if not self._all_ended(TERM_GRACE_SECONDS):
            for pid in self.processes():
                _signal(pid, signal.SIGKILL)
            self._all_ended(KILL_GRACE_SECONDS)

    def _all_ended(self, seconds):
        deadline = time.monotonic() + seconds
        while self.processes():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def run_inside(argv, keep_logs=False):
    """Runs argv in a run of its own and removes everything afterwards. Returns argv's exit code."""
    require_root()
    remove_dead_runs()
    signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP_SIGNALS, signal.SIGCHLD})
    # A SIGCHLD or SIGHUP that the caller ignores would never wake sigwaitinfo().
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    run = Run.create()
    code = EXIT_FAILED
    try:
        code = _supervise(run, argv)
    finally:
        stopped = code in {128 + number for number in STOP_SIGNALS}
        keep = keep_logs or (code != 0 and not stopped)
        run.remove(keep_directory=keep)
        if keep:
            print(f"logs and generated files: {run.directory}", flush=True)
    return code


def _supervise(run, argv):
    inner = subprocess.Popen(["ip", "netns", "exec", run.namespace, *argv], env=run.environment(),
                             preexec_fn=_prepare_inner)
    while inner.poll() is None:
        info = signal.sigwaitinfo({*STOP_SIGNALS, signal.SIGCHLD})
        # What the terminal sends on Ctrl-C goes to its whole foreground group: the inner process has it already.
        if info.si_signo in STOP_SIGNALS and info.si_code != SIGNAL_SENT_BY_KERNEL:
            inner.send_signal(info.si_signo)
    if inner.returncode < 0:
        print(f"the run was ended by {signal.Signals(-inner.returncode).name}", flush=True)
        return 128 - inner.returncode
    return inner.returncode


def _prepare_inner():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def raise_on_stop_signals():
    """From now on a stop signal raises Interrupted in the main thread, once; later ones are ignored."""
    def stop(number, _frame):
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def remove_if_orphaned():
    """To be called by the inner process at its end: cleans up in place of an outer process that is no more."""
    if os.getppid() != int(os.environ[OUTER_PID]):
        Run.current().remove()


def remove_dead_runs():
    """Removes runs whose both processes were killed."""
    for directory in ROOT.glob("instar-*"):
        match = re.fullmatch(r"instar-([0-9a-f]{4})", directory.name)
        try:
            if match and directory.stat().st_uid == 0:
                pid, started = (directory / "owner").read_text().split()
                if start_time(int(pid)) != started:
                    Run(match.group(1)).remove()
        except (OSError, ValueError):
            continue


def require_root():
    """Raises Unfit unless the caller may make namespaces."""
    if os.geteuid() != 0:
        raise Unfit("not root: network namespaces and Open vSwitch need it; run as root or with sudo")


def java_home():
    """Home of a JDK 25. Raises Unfit."""
    found = subprocess.run([str(REPOSITORY / "scripts" / "jdk25")], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise Unfit(found.stderr.strip())
    return found.stdout.strip()


def start_time(pid):
    """Start of a process in clock ticks since boot, as text; empty when there is none. Tells reused pids apart."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _command_name(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _ip(*argv):
    subprocess.run(["ip", *argv], capture_output=True, text=True, timeout=20, check=True)


def main_guarded(work):
    """Exit code of work(); a machine that is not fit gives one line on stderr and 1."""
    try:
        return work()
    except Unfit as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return EXIT_FAILED
