"""The tablet's log: events and codes, never anybody's words, for the officer's eyes only."""

from __future__ import annotations

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "fieldapp.log"
_BYTES = 512 * 1024
_KEPT = 3
_OURS = ("fieldapp", "sync", "ui")


class _PrivateFile(RotatingFileHandler):
    """A log file that is made readable by its owner alone."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()


class _WithoutWords(logging.Formatter):
    """Names where an error arose and of what kind it is; its message may hold someone's words."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        if not isinstance(ei, tuple) or ei[1] is None:
            return ""
        error: BaseException = ei[1]
        code = getattr(error, "code", "")
        parts = [f"{type(error).__name__} {code}".rstrip()]
        trace = error.__traceback__
        while trace is not None:
            frame = trace.tb_frame
            parts.append(f"  {Path(frame.f_code.co_filename).name}:{trace.tb_lineno}")
            trace = trace.tb_next
        return "\n".join(parts)


def start_log(data_dir: Path) -> Path:
    """Write events and warnings of our own parts to a file in the data folder.

    Args:
        data_dir: folder of the tablet's data; it exists.

    Returns:
        The file; it is made with the first event.
    """
    stop_log(data_dir)
    path = data_dir / FILE_NAME
    handler = _PrivateFile(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(_WithoutWords("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
    return path


def stop_log(data_dir: Path) -> None:
    """Close the file of this data folder, if it is open."""
    path = os.path.abspath(data_dir / FILE_NAME)  # noqa: PTH100 - as the handler names it
    for name in _OURS:
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            if isinstance(handler, _PrivateFile) and handler.baseFilename == path:
                logger.removeHandler(handler)
                handler.close()
