"""A signature as it is shown: name, time with zone, meaning, and whether it still holds."""

from pipeline.signing import Held
from review_ui.parts.markup import piece
from review_ui.parts.words import moment

HOLDS = "Signed electronically"
VOID = "Void: the record was changed after this signature"


def on_paper(signatures: tuple[Held, ...]) -> str:
    """The signatures as they stand on a print of the screen, and nowhere else."""
    if not signatures:
        return '<p class="on-paper">This record is not signed.</p>'
    return '<div class="on-paper">' + "".join(map(signature_box, signatures)) + "</div>"


def signature_box(one: Held) -> str:
    """The signature in a box; a void one is struck through and says so in words."""
    signature = one.signature
    return piece(
        '<div class="signature $kind"><small>$status</small><b>$name</b>'
        "<span>$meaning</span><span>$at</span><small>$user · $digest</small></div>",
        kind="" if one.holds else "void",
        status=HOLDS if one.holds else VOID,
        name=signature.name,
        meaning=signature.meaning,
        at=moment(signature.at),
        user=signature.user,
        digest=signature.digest,
    )
