# SPDX-License-Identifier: Apache-2.0
"""The end-to-end tests, in a run of their own. Arguments go to pytest, e.g. -k dns64."""

import sys
from pathlib import Path

from prerequisites import require_programs
from run import main_guarded, run_inside

HERE = Path(__file__).resolve().parent
REPORT = HERE / "target" / "TEST-mininet.xml"


def main():
    """Exit code of pytest."""
    require_programs()
    return run_inside([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(HERE),
                       f"--junitxml={REPORT}", "-v", str(HERE / "tests"), *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main_guarded(main))
