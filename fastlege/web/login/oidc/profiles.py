"""The kinds of provider, as `data/providers.toml` has them, and the one of each kind that the installation names."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastlege.access.viewers import Role
from fastlege.kernel.errors import DataError

_FILE = Path(__file__).parent.parent / "data" / "providers.toml"


@dataclass(frozen=True)
class Profile:
    """What is asked of one kind of provider, and what its answer must hold."""

    name: str
    role: Role
    environment: str
    scope: str
    acr_values: tuple[str, ...]
    level_claim: str
    levels: tuple[str, ...]
    person_claim: str
    algorithms: tuple[str, ...]
    pushed: bool
    dpop: bool
    hpr_claim: str | None = None


@dataclass(frozen=True, repr=False)
class Connection:
    """The provider of one kind that this installation uses, and who we are there. The key is ours alone."""

    profile: Profile
    issuer: str
    client_id: str
    private_key: dict[str, Any]


@lru_cache(maxsize=1)
def profiles() -> dict[str, Profile]:
    """The kinds of provider by name."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _profile(name, row) for name, row in rows.items()}


def _profile(name: str, row: dict[str, Any]) -> Profile:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Profile(name=name, **{**row, **lists, "role": Role(row["role"])})


@lru_cache(maxsize=len(Role))
def connection_to(name: str) -> Connection | None:
    """The provider of a kind, if the installation names one. Raises `DataError` for one that is half named."""
    profile = profiles().get(name)
    if profile is None:
        return None
    names = [f"{profile.environment}_{each}" for each in ("ISSUER", "CLIENT", "KEY_FILE")]
    values = [os.environ.get(each, "") for each in names]
    if not any(values):
        return None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise DataError("is not set, but its neighbours are.", where=missing[0], remedy="Set all three, or none.")
    issuer, client_id, key_file = values
    return Connection(profile, issuer, client_id, _read_key(Path(key_file), where=names[2]))


def _read_key(path: Path, *, where: str) -> dict[str, Any]:
    try:
        key = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError("does not name a readable JSON file.", where=where, remedy="Give a private JWK.") from error
    if not isinstance(key, dict) or not {"kty", "kid", "alg", "d"} <= key.keys():
        raise DataError("is not a private JWK with kid and alg.", where=where, remedy="Make one for this client.")
    return key
