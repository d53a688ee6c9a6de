# SPDX-License-Identifier: Apache-2.0
"""make demo: an IPv6-only host opens a page on an IPv4-only server by name, step by step, each step verified.

Exit code 0 only when every step was seen. A failure names its step and leaves the logs.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from run import (EXIT_FAILED, STOP_SIGNALS, Interrupted, Run, main_guarded, raise_on_stop_signals, remove_if_orphaned,
                 run_inside)


class StepTimeout(Exception):
    """A step took longer than it may; not an OSError as TimeoutError is, so that nobody takes it for a lost answer."""


def main():
    """Outside of a run: starts one and this file again in it."""
    parser = argparse.ArgumentParser(prog="demo.py", description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="leave it running with Mininet's prompt at the end")
    parser.add_argument("--keep-logs", action="store_true", help="keep logs and generated files also on success")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(options.keep)

    from prerequisites import require_programs
    require_programs()
    arguments = ["--inside"] + (["--keep"] if options.keep else [])
    return run_inside([sys.executable, str(Path(__file__).resolve()), *arguments], options.keep_logs)


def inside(keep):
    """The demo itself, in the namespace of its run."""
    from mininet.log import setLogLevel
    from walk import STEPS, Walk, what_to_try

    setLogLevel("warning")
    raise_on_stop_signals()
    title, walk = "start", Walk(Run.current())
    try:
        started = time.monotonic()
        for number, (title, seconds, step) in enumerate(STEPS, start=1):
            print(f"\n[{number}/{len(STEPS)}] {title}", flush=True)
            _within(seconds, walk, step)
        print(f"\nAll {len(STEPS)} steps were seen, in {time.monotonic() - started:.0f} s.", flush=True)
        what_to_try(walk, keep)
        if keep:
            title = "prompt"
            _prompt(walk)
        return 0
    except Interrupted as stop:
        _last_words(f"\nstopped by {stop} in step '{title}'; cleaning up")
        return stop.exit_code
    except Exception as error:  # whatever it is, it fails the step and is told with the step's name
        _last_words(f"\nFAILED in step '{title}': {error if str(error) else repr(error)}{walk.likely_cause(error)}")
        return EXIT_FAILED
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        remove_if_orphaned()


def _within(seconds, walk, step):
    """Runs one step and then the guard. The alarm is for what has no deadline of its own, like Mininet's shells."""
    def too_long(_number, _frame):
        raise StepTimeout(f"no end within {seconds} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        step(walk)
        walk.guard.check()
    finally:
        signal.alarm(0)


def _prompt(walk):
    from mininet.cli import CLI
    from mininet.log import setLogLevel

    setLogLevel("output")  # commands typed at the prompt answer on this level
    if os.path.exists("/dev/stdin") and os.path.samefile("/dev/stdin", os.devnull):
        print("no terminal: running until SIGTERM or SIGINT", flush=True)
        while True:
            signal.pause()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    CLI(walk.lab.net)
    raise_on_stop_signals()
    print("cleaning up", flush=True)


def _last_words(text):
    try:
        print(text, flush=True)
    except OSError:  # the terminal or the pipe is gone
        pass


if __name__ == "__main__":
    sys.exit(main_guarded(main))
