"""Readers that misbehave, for the processes of a stack to be tried with."""

import os
import signal

from pipeline.stack import Job, Outcome


def die_on_bad(job: Job) -> Outcome:
    """Takes its process with it where the scan's name says so."""
    if job.path.stem.startswith("bad"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(job.path, records=1)
