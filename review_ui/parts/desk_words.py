"""What the desk says: its buttons and keys, the reasons in its lists, its messages."""

from pipeline.core.values import Outcome

MISREAD = "Misread; compared with the page"
STANDARD = {
    Outcome.CONFIRMED: "Compared with the page: it stands as read",
    Outcome.TRULY_MISSING: "Compared with the page: nothing is written there",
    Outcome.CANNOT_BE_READ: "Compared with the page: nobody can read it",
}
"""The reason that one key stands for; a critical flag takes none of them without a choice."""

REASONS = {
    "correct": (
        MISREAD,
        "A sign was dropped or doubled in reading",
        "A stamp or a stroke lies over the entry",
        "The correction on the paper counts",
        "Read from the wrong line",
    ),
    "confirm": (
        STANDARD[Outcome.CONFIRMED],
        "A deviation is recorded for it",
        "Explained beside the entry on the page",
        "Corrected on the paper with initials and date",
    ),
    "missing": (
        STANDARD[Outcome.TRULY_MISSING],
        "Nobody signed; a deviation is opened",
        "The step was not carried out",
    ),
    "unreadable": (
        STANDARD[Outcome.CANNOT_BE_READ],
        "Under a stamp, tape or a slip",
        "Crossed out beyond reading",
        "Too faint",
    ),
    "rescan": (
        "The page is blurred or too faint",
        "Part of the page is cut off",
        "Something lies over the page",
        "A page is missing or doubled",
        "The wrong page was scanned",
    ),
}
"""What can be chosen as a reason, one list for each step that takes one."""

MARKS = {"marked": "true", "not marked": "false", "N/A": "N/A"}
SIGNED = {"signed": "signed", "blank": "", "N/A": "N/A"}
"""What a person chooses for a check box or a signature, and the value that it stands for."""

STEPS = (
    ("confirm", "Enter", "Confirm"),
    ("correct", "E", "Correct"),
    ("missing", "M", "Truly missing"),
    ("unreadable", "U", "Can't be read"),
    ("rescan", "R", "Scan again"),
    ("comment", "C", "Comment"),
    ("undo", "Z", "Undo"),
)
"""The steps with their keys and the words on their buttons."""

KEYS = (
    ("Enter", "Confirm: it stands as read"),
    ("1 – 9", "Take one of the other readings"),
    ("E", "Correct: type what stands on the paper, then Enter"),
    ("M", "Truly missing: nothing is written there"),
    ("U", "Nobody can read it"),
    ("R", "Ask for the page to be scanned again"),
    ("C", "Write a comment"),
    ("Shift with Enter, M or U", "The same, with a reason of your own"),
    ("Z", "Take your last step back, where nothing is signed"),
    ("→ or N, ← or P", "Next flag, flag before"),
    ("Shift with an arrow", "Open the entry beside, above or below"),
    ("F", "Find an entry on this page by its name or step"),
    ("[ and ]", "Page before, next page"),
    ("+ − 0", "Zoom in, out, whole width; also Ctrl with the wheel"),
    ("Ctrl with an arrow", "Move the page"),
    ("O", "Show or hide the marks of accepted entries"),
    ("T", "The table of this page: ↑ ↓ and Enter open an entry"),
    ("G", "Entries of the same kind side by side"),
    ("In a list of reasons", "A number takes that reason; ↑ ↓ goes through them"),
    ("Esc", "Leave a field, a list or this help"),
    ("?", "This help"),
)
"""Every key of the desk, for the help that `?` opens."""

LOOKS = {
    "open": "◆ waits",
    "answered": "✓ answered",
    "changed": "✎ corrected",
    "keyed": "⧗ second keying",
    "accepted": "▨ accepted",
    "plain": "read",
}
"""How an entry stands, as the table says it; the shapes are those on the page."""

TABLE = ("Step", "Field", "Value", "Limits", "State", "Flags", "Who", "When")

WORDS = {
    "page": "The page",
    "out": "Smaller",
    "in": "Larger",
    "whole": "Whole width",
    "overlay": "Accepted (O)",
    "help": "Keys (?)",
    "same": "Same kind (G)",
    "next": "Next",
    "previous": "Previous",
    "crop": "The field as written",
    "read": "read",
    "now": "now",
    "or": "or",
    "rule": "rule",
    "asks": "form asks",
    "beside": "beside",
    "hand": "same hand",
    "notes": "notes",
    "crossed": "crossed out",
    "left": "{n} of {total} left",
    "done": "every flag is answered",
    "value": "Correct value",
    "reason": "Reason",
    "reason_needed": "Reason (needed)",
    "comment": "Comment",
    "find": "Find an entry",
    "save": "Save",
    "cancel": "Cancel",
    "waiting": "Not saved yet: no connection. What you typed is kept; it is tried again.",
    "writing": "Saving…",
    "soon": "This flag has only just come up: look at it first.",
    "changed": "That answer changed what stands here; look at it again.",
    "need_reason": "Give a reason: a critical flag takes no standard one.",
    "nothing": "Nothing on this record was flagged. Click an entry on the page to see it.",
    "no_undo": "There is nothing of yours to take back here.",
    "table": "All entries of page {n}",
    "keys": "Keys of the desk",
    "page_n": "Page {n} as scanned",
    "legend_open": "waits",
    "legend_answered": "answered",
    "legend_changed": "corrected",
    "legend_accepted": "accepted",
}
"""Single words and lines of the desk; the browser's part gets them with the record."""

KEYED = "Keyed by {who} · {needed}"
SECOND = "a critical entry: it stands as read until a second person has keyed the same"
THIRD = "they do not agree: a third person decides"
WAITS = "Kept: a critical entry, it waits for a second person's keying"

SAID = {
    "confirm": "Confirmed",
    "choose": "Set to {value}",
    "correct": "Correction saved",
    "missing": "Answered: truly missing",
    "unreadable": "Answered: can't be read",
    "rescan": "A new scan is asked for; the flag stays open",
    "comment": "Written down",
    "undo": "Taken back",
}
"""What is said after a step."""
