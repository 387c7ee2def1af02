"""What an address takes: a parameter that is none of its own is refused, not passed over.

A filter that is misspelled would else give all there is, as if nothing had been asked.
"""

from fastapi import Request

from pipeline.errors import InputRefused


def refuse_unknown(request: Request) -> None:
    """InputRefused where the query has a parameter that the route's description does not name."""
    known = _described(request)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise InputRefused(f"this address has no parameter {unknown[0][:80]}", takes)


def _described(request: Request) -> list[str]:
    path = request.app.openapi()["paths"].get(request.scope["route"].path_format, {})
    said = path.get(request.method.lower(), {}).get("parameters", [])
    return [one["name"] for one in said if one["in"] == "query"]
