"""How often what happens in the samples: the exam, in one place.

A change here changes what every figure means, so it is a commit of its own, after which all
figures are taken again. The scanners' side stands in `scanner.py`.
"""

FAULTLESS = 0.35
"""Share of records in which nobody did anything wrong."""

FAULT_COUNTS = (0.18, 0.27, 0.27, 0.18, 0.10)
"""How many faults the other records have: one, two, three, …"""

FAULT_WEIGHTS = {
    "missing_page": 1.35,
    "page_order": 1.3,
    "double_page": 1.3,
    "rewritten_page": 1.45,
    "same_person": 1.4,
    "void_unsigned": 2.2,
    "time_order": 1.1,
    "wrong_sum": 1.2,
    "limit": 1.3,
    "misplaced": 1.35,
    "date_order": 1.2,
    "date_only": 1.25,
    "fluid": 1.2,
    "blank": 1.2,
    "none_marked": 1.1,
    "line": 1.15,
    "two_marked": 1.1,
    "batch_number": 1.2,
}
"""Chances of faults relative to the others, for those that few forms have a place for."""

UNKNOWN_FORM = 0.02
"""Share of scans that are of no known form."""

SEVERAL_RECORDS = 0.05
"""Share of scans that hold two or three records."""

OPTIONAL_NA = 0.10
"""How often somebody writes N/A into a field that may stay blank, and leaves it blank less."""

SPARE_ROW_USED = 0.45
"""Chance that each row that may stay unused is used."""

UNUSED_VOIDED = 0.7
"""Share of blocks of unused rows that are struck out in one stroke; the rest stays blank."""

LIMIT_WITH_DEVIATION = 0.5
"""Share of missed limits for which somebody wrote down a deviation number."""

TOOLS = (("ballpoint", 0.74), ("felt_tip", 0.14), ("pencil", 0.12))
INKS = (("blue", 0.50), ("black", 0.43), ("red", 0.07))
CHECKS = (("tick", 0.52), ("cross", 0.36), ("fill", 0.06), ("circle", 0.06))
