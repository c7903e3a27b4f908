"""Compiled loops: where a rule goes person by person and vectors cannot say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile a function of arrays and whole numbers; the machine code is kept beside its source file."""
    return cast(_Function, njit(cache=True, nogil=True)(function))
