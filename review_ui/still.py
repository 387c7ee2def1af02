"""What stays in memory is left out of the garbage collector's rounds.

Streamlit collects garbage in full after every run of a script, while the next step waits. The
modules of the app, its forms and the readings of a large record are hundreds of thousands of
objects that stay; looking at each of them again took longer than a whole step at the desk.
"""

import gc
from collections import OrderedDict

MOST_NOTED = 1000
_noted: OrderedDict[str, None] = OrderedDict()


def keep_still(what: str) -> None:
    """Leaves out whatever is in memory now; once for each thing that was just loaded."""
    if what in _noted:
        return
    _noted[what] = None
    while len(_noted) > MOST_NOTED:
        _noted.popitem(last=False)
    gc.collect()
    gc.freeze()
