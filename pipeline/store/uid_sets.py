"""UIDs -> a short text such as `1:50321,50325`, as IMAP writes sets of them (RFC 9051, 9)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


@dataclass(frozen=True, slots=True)
class UidSet:
    """Some UIDs of one folder.

    Attributes:
        ranges: First and last UID of each stretch, rising and apart from each other.
    """

    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, uid: int) -> bool:
        place = bisect_right(self.ranges, (uid, uid)) - 1
        if place + 1 < len(self.ranges) and self.ranges[place + 1][0] == uid:
            return True
        return place >= 0 and self.ranges[place][0] <= uid <= self.ranges[place][1]

    def __str__(self) -> str:
        return ",".join(
            str(first) if first == last else f"{first}:{last}" for first, last in self.ranges
        )


def find_ranges(chosen: Collection[int], *, among: Iterable[int]) -> UidSet:
    """Tell which UIDs of a folder are meant, in as few stretches as possible.

    Args:
        chosen: The UIDs that are meant.
        among: All UIDs of the folder. A stretch goes over numbers that no mail has; a server
            never gives them again.
    """
    wanted = set(chosen)
    stretches = groupby(sorted({*among, *wanted}), key=wanted.__contains__)
    ranges = []
    for meant, stretch in stretches:
        if meant:
            uids = list(stretch)
            ranges.append((uids[0], uids[-1]))
    return UidSet(tuple(ranges))


def format_uids(uids: Iterable[int]) -> str:
    """Write UIDs down; only numbers that follow each other share a stretch."""
    ranges: list[tuple[int, int]] = []
    for uid in sorted(set(uids)):
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1] = (ranges[-1][0], uid)
        else:
            ranges.append((uid, uid))
    return str(UidSet(tuple(ranges)))


def parse_uids(text: str) -> UidSet:
    """Read what `str` of a set wrote; empty text is the empty set."""
    ranges = []
    for stretch in text.split(",") if text else ():
        first, _, last = stretch.partition(":")
        ranges.append((int(first), int(last or first)))
    return UidSet(tuple(ranges))
