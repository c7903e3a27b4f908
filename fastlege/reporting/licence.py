"""Under which licence figures and reference data are published: programs know its name, readers its page."""

from __future__ import annotations

from fastlege.figures.levels import Words

SPDX = "CC-BY-4.0"
TITLE = "Creative Commons Attribution 4.0 International"
PAGE = "https://creativecommons.org/licenses/by/4.0/"
AUTHORITY = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
"""The licence in the vocabulary that DCAT-AP-NO asks for."""
TERMS = Words(
    "Dataene kan brukes fritt, også kommersielt, når det går fram hvor de er hentet (CC BY 4.0).",
    "Dataa kan brukast fritt, òg kommersielt, når det går fram kvar dei er henta (CC BY 4.0).",
    "The data may be used freely, commercially too, as long as it is said where they come from (CC BY 4.0).",
)
