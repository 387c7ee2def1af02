"""How a hit says what it is: the value that stands there, or something less probable."""

from pipeline.archive import Hit, Matched
from review_ui.parts.list_view import Part
from review_ui.parts.words import percent


def found_as(hit: Hit) -> tuple[Part, ...]:
    """Whether the value itself was found, or something that is less probable, and how much."""
    share = Part(percent(hit.probability), "quiet")
    if hit.matched is Matched.VALUE:
        return (Part("value", "good"), share)
    if hit.matched is Matched.ALTERNATIVE:
        return (Part("alternative reading", "major"), share)
    return (Part("may be a misreading", "minor"),)
