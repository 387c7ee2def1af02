"""Logs: one JSON object a line on standard error, with the time in UTC."""

import logging
import sys

import structlog


def log_to_standard_error(level: str = "INFO") -> None:
    """Send what this process logs from that level on to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=_to_standard_error,
    )


def _to_standard_error(*_names: object) -> structlog.PrintLogger:
    """A logger on whatever standard error is at that moment."""
    return structlog.PrintLogger(sys.stderr)
