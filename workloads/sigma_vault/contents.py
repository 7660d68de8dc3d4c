"""Filled vaults to measure on, and the order in which their RSUs are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sigma_vault.vault import Vault

RSUS = 10_000
SEED = 7
SKEW = 1.2
"""Zipf exponent of reading: with a cache of a tenth of all keys about 85 % of reads hit."""

SEQUENCE = 20_000
FILL_SEED = 8


@contextmanager
def temporary_vault(cache_entries: int) -> Iterator[Vault]:
    """An empty vault in a folder that goes with it."""
    with (
        TemporaryDirectory(prefix="sigma_vault_") as folder,
        closing(Vault(Path(folder) / "vault.db", cache_entries)) as vault,
    ):
        yield vault


@contextmanager
def filled_vault(cache_entries: int, value_bytes: int) -> Iterator[Vault]:
    """Ten thousand random RSUs in a folder that goes with the vault; the cache is full."""
    source = np.random.default_rng(FILL_SEED)
    with temporary_vault(cache_entries) as vault:
        vault.put_many((rsu_key(number), source.bytes(value_bytes)) for number in range(RSUS))
        yield vault


def rsu_key(number: int) -> str:
    """The key of the RSU with that number."""
    return f"rsu:{number:06d}"


def keys_evenly() -> Iterator[str]:
    """Every key equally often, in a seeded order, without end."""
    order = np.random.default_rng(SEED).permutation(RSUS)
    return cycle([rsu_key(number) for number in order.tolist()])


def keys_by_popularity(seed: int = SEED, rsus: int = RSUS) -> Iterator[str]:
    """Keys as a Zipf law asks for them, in a seeded order, without end (20,000, repeated)."""
    source = np.random.default_rng(seed)
    popularity = np.arange(1, rsus + 1) ** -SKEW
    drawn = source.choice(rsus, size=SEQUENCE, p=popularity / popularity.sum())
    # Popular keys lie anywhere in the file, the same ones for every reader.
    places = np.random.default_rng(SEED).permutation(rsus)
    return cycle([rsu_key(number) for number in places[drawn].tolist()])
