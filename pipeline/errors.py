"""The errors of the pipeline; the tree of all errors is drawn in extractors/errors.py.

RecordroomError
├── FormRefused            a master form with a mistake: file, line and reason
├── InputRefused           any other file or argument that can't be used
│   └── NotThere           what was asked for is not on this site
├── SiteUnavailable        no site here, or its database or files can't be reached
├── NotAllowed             this person may not do this, or not in this state
├── SignInRefused          wrong name or password, account locked, session ended
└── Conflict               somebody else changed the record meanwhile
"""

from extractors.errors import RecordroomError


class FormRefused(RecordroomError):
    """A master form that can't be used. `line` counts from 1 in form.yaml; 0: the whole file."""

    def __init__(self, reason: str, remedy: str, *, line: int = 0) -> None:
        super().__init__(reason, remedy)
        self.line = line


class InputRefused(RecordroomError):
    """A file or an argument that can't be used."""


class NotThere(InputRefused):
    """What was asked for by its name or number is not on this site."""


class SiteUnavailable(RecordroomError):
    """The site's folder, database or file store can't be used."""


class NotAllowed(RecordroomError):
    """The person's role, or the record's state, does not allow this."""


class SignInRefused(RecordroomError):
    """The sign-in or the password at a signature was refused."""


class Conflict(RecordroomError):
    """The record changed since the person last saw it. Nothing was written."""
