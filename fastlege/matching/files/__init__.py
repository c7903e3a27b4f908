"""The files of a round: read strictly and fast, written whole or not at all."""

from fastlege.matching.files.reading import read_market, read_result
from fastlege.matching.files.writing import write_result

__all__ = ["read_market", "read_result", "write_result"]
