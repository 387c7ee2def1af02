"""Where the tests find real people's handwriting, and the mark of tests that need it."""

import os
from pathlib import Path

import pytest

HANDS = Path(os.environ.get("RECORDROOM_HANDS", "../shared/handwriting"))
needs_hands = pytest.mark.skipif(
    not (HANDS / "unipen_glyphs.npz").exists(),
    reason=f"there is no handwriting in {HANDS}: set RECORDROOM_HANDS to a folder that has it",
)
