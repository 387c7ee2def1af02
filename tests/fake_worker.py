"""A worker process for tests: reads at once what is harmless, and misbehaves on what is not.

What it does depends on the file's name: `hang.png` hangs, `crash.png` kills the process,
`slow.png` takes its time; each leaves a line with its name in the file that FAKE_WORKER_LOG names.
"""

import os
import signal
import sys
import time
from pathlib import Path

from record_builders import FakeReader

from extractors.values import ScanFile
from pipeline.known import KnownForms
from pipeline.logs import log_to_standard_error
from pipeline.run import ReadOptions, ReadScan
from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.worker import work


def read(scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
    with Path(os.environ["FAKE_WORKER_LOG"]).open("a") as file:
        file.write(f"{scan.name}\n")
    if "hang" in scan.name:
        time.sleep(600)
    if "crash" in scan.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "slow" in scan.name:
        time.sleep(0.5)
    return FakeReader(batch=scan.name)(scan, known, options)


if __name__ == "__main__":
    log_to_standard_error("CRITICAL")
    with open_site(Settings.of()) as site:
        work(site, read, is_until_empty="--until-empty" in sys.argv)
