"""The base tables that all figures count, by name: what one row of each is, `bases` says.

Each is an Ibis expression over the snapshot tables of one day, so that it runs on DuckDB here and on other engines
elsewhere. They are computed once for a snapshot and serve every figure at every level.
"""

from __future__ import annotations

from fastlege.figures.bases.contacts import CONTACT_BASES
from fastlege.figures.bases.continuity import CONTINUITY_BASES
from fastlege.figures.bases.doctors import DOCTOR_BASES
from fastlege.figures.bases.lists import LIST_BASES
from fastlege.figures.bases.money import MONEY_BASES
from fastlege.figures.bases.people import PEOPLE_BASES
from fastlege.figures.bases.tables import Base

BASES: dict[str, Base] = LIST_BASES | DOCTOR_BASES | PEOPLE_BASES | CONTACT_BASES | CONTINUITY_BASES | MONEY_BASES
"""All base tables."""
