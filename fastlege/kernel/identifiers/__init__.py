"""Numbers that name persons, doctors, organisations and municipalities.

A number names somebody and says nothing about them: neither sex nor birth date is read out of one, a person's number
can change, and from 2032 it cannot be read at all.
"""

from fastlege.kernel.identifiers.areas import county_of, parse_municipality_code
from fastlege.kernel.identifiers.organisations import (
    are_organisation_numbers,
    parse_organisation_number,
    synthetic_organisation_numbers,
)
from fastlege.kernel.identifiers.personnel import parse_hpr_number, synthetic_hpr_numbers
from fastlege.kernel.identifiers.persons import (
    Fault,
    PersonNumber,
    PersonNumberKind,
    Series,
    mask_person_number,
    mask_person_numbers_in,
    parse_person_number,
    person_number_fault,
)
from fastlege.kernel.identifiers.synthetic_persons import (
    are_person_numbers,
    digits_of,
    key_of_synthetic_person_number,
    synthetic_person_number,
    synthetic_person_numbers,
    synthetic_person_numbers_of_keys,
)

__all__ = [
    "Fault",
    "PersonNumber",
    "PersonNumberKind",
    "Series",
    "are_organisation_numbers",
    "are_person_numbers",
    "county_of",
    "digits_of",
    "key_of_synthetic_person_number",
    "mask_person_number",
    "mask_person_numbers_in",
    "parse_hpr_number",
    "parse_municipality_code",
    "parse_organisation_number",
    "parse_person_number",
    "person_number_fault",
    "synthetic_hpr_numbers",
    "synthetic_organisation_numbers",
    "synthetic_person_number",
    "synthetic_person_numbers",
    "synthetic_person_numbers_of_keys",
]
