"""What every answer tells the browser: load nothing from elsewhere, run no script of a text."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def headers_of_answers() -> dict[str, str]:
    """The headers that keep other sites from framing a page, and foreign code from running."""
    return {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": "; ".join(policy()),
    }


def policy() -> tuple[str, ...]:
    """The content security policy: everything from this site, styles also in place.

    The scripts that stand in Streamlit's own page are let through by their digests.
    """
    return (
        "default-src 'self'",
        " ".join(("script-src 'self' blob:", *digests_of_inline_scripts())),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
    )


def digests_of_inline_scripts() -> tuple[str, ...]:
    """The digests of the scripts in the page that Streamlit serves."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    scripts = INLINE.findall(page.read_text(encoding="utf-8"))
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
