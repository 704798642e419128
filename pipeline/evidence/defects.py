"""Codes of what hindered the reading of a file; knows nothing else."""

from __future__ import annotations

from typing import Final

TOO_LARGE: Final = "file_too_large"
"""Over the limit of bytes: not opened."""

TOO_MANY: Final = "files_over_limit"
"""Behind the last file that is read of one mail: not opened."""

EXPANDS: Final = "expands_too_large"
"""A package that unpacks to more than the limit, or to too many parts: not unpacked."""

PAGES_CUT: Final = "pages_over_limit"
"""More pages, slides or sheets than are read."""

CELLS_CUT: Final = "cells_over_limit"
"""More cells than are read."""

TEXT_CUT: Final = "text_over_limit"
"""More text than is kept of one mail's files."""

TIME_OVER: Final = "time_over"
"""The reader was stopped; what it had read by then is kept."""

ENCRYPTED: Final = "encrypted"
"""Cannot be opened without a password."""

BROKEN: Final = "file_broken"
"""Cannot be opened, or ends too early."""

PAGE_BROKEN: Final = "page_broken"
"""One page or sheet cannot be read; the others are."""

CRASHED: Final = "reader_crashed"
"""The reader ended while it read this file: hostile content, or more memory than it may have."""

NO_TEXT: Final = "no_text"
"""Pages without any words, scanned ones for example."""

REFUSED: Final = "declarations_refused"
"""XML that declares a document type or entities; no invoice does."""

MISNAMED: Final = "name_misleads"
"""The content is of another format than the file's name says; the content counts."""

UNKNOWN: Final = "content_unknown"
"""The name promises a format that can be read, the content is none."""
