"""Opinion groups of the largest shared conversation, on one core, and of the same people drawn 4 and 16 times over.

Each size runs in a process of its own, so that its memory is its own. Prints seconds of processor time, the most
memory held, and the growth against the real conversation, beside the baseline: reading the same file.

    python -m bench.opinions
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from cocrea.config import PROJECT
from cocrea.consultation.opinions import analyse, polis
from cocrea.consultation.opinions.answers import Answers

SHARED = Path(os.environ.get("COCREA_SHARED") or PROJECT.parent / "shared")
CONVERSATION = SHARED / "data" / "polis" / "scoop-hivemind.biodiversity"
TIMES = (1, 4, 16)
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    first = 0.0
    for times in TIMES:
        command = [sys.executable, "-m", "bench.opinions", str(times)]
        told = subprocess.run(command, env={**os.environ, **ONE_CORE}, capture_output=True, text=True, check=True)
        people, reading, seconds, megabytes = map(float, told.stdout.split())
        first = first or seconds
        goal = " (goals < 2 s, < 300 MB)" if times == 1 else ""
        print(
            f"{people:6.0f} people: {seconds:6.2f} s, {megabytes:4.0f} MB{goal} | "
            f"{seconds / reading:5.1f} times reading the file | "
            f"growth {seconds / first:.1f} for {times} times the people"
        )


def measure(times: int) -> None:
    """Print people, seconds to read, seconds to analyse and megabytes, for this many drawings."""
    start = time.process_time()
    real, _groups = polis.read(CONVERSATION)
    reading = time.process_time() - start
    answers = real if times == 1 else _drawn(real, times)
    start = time.process_time()
    analyse(answers)
    seconds = time.process_time() - start
    print(len(answers.people), reading, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _drawn(real: Answers, times: int) -> Answers:
    at = np.random.default_rng(1).integers(len(real.people), size=len(real.people) * times)
    return Answers(list(range(len(at))), real.statements, real.values[at], real.left_out)


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
