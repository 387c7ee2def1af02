"""Makes sample scans: `python -m sample_scans.make forms OUT` writes the blank forms.

`python -m sample_scans.make --n 500 --seed 3 --split test --out OUT` writes filled and scanned
records with their truth. The same seed gives the same bytes.
"""

import sys
from pathlib import Path

from sample_scans.blank_forms import forms_of
from sample_scans.form_yaml import write_form
from sample_scans.values import Split


def main(arguments: list[str]) -> int:
    """Run the command."""
    if arguments[:1] == ["forms"]:
        for form in forms_of(Split.FIT):
            write_form(form, Path(arguments[1]))
        return 0
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
