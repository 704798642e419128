"""The heads that judge anew as `second.npz` of a model folder, beside the signs that they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.gravity import load_gravity_signs
from models.ordinal import OrdinalHead
from models.second import SecondLook, measure_count

if TYPE_CHECKING:
    from pathlib import Path

    from models.kernel import KernelMachine

SECOND = "second.npz"
PARTS = ("weights", "offsets", "borders")


def write_second(second: SecondLook, folder: Path) -> None:
    """Write the heads; no file where there are none."""
    arrays = {
        f"{name} {part}": getattr(head, part)
        for name, head in second.heads.items()
        for part in PARTS
    }
    if arrays:
        np.savez_compressed(folder / SECOND, allow_pickle=False, **arrays)


def read_second(folder: Path, machine: KernelMachine) -> SecondLook:
    """Read the heads; none where there is no file.

    Args:
        folder: Of the model; its signals are the ones that the heads were made with.
        machine: Judges claims; the heads have its labels.

    Raises:
        KeyError: An array is missing, or is of a head that the machine lacks.
        ValueError: The arrays do not fit the machine or the signs.
        SettingInvalid: The signals are broken.
    """
    if not (folder / SECOND).exists():
        return SecondLook()
    signs = load_gravity_signs(folder / "signals.toml")
    arrays = np.load(folder / SECOND, allow_pickle=False)
    types = len(machine.heads["type"].labels)
    heads = {}
    for name in dict.fromkeys(key.split()[0] for key in arrays):
        labels = machine.heads[name].labels
        weights, offsets, borders = (arrays[f"{name} {part}"].astype(float) for part in PARTS)
        steps = len(labels) - 1
        wanted = (steps, measure_count(name, steps=steps, types=types, signs=len(signs)))
        if weights.shape != wanted or offsets.shape != (steps,) or borders.shape != (steps,):
            raise ValueError(f"{SECOND} measures something else than the model")
        heads[name] = OrdinalHead(labels, weights, offsets, borders)
    return SecondLook(heads, signs)
