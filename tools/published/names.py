"""What the rows of the published tables are called here: figures, types of contact, traits of municipalities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

STATUS_1_1 = {
    "gps": "gps",
    "gps_specialist": "gps_specialist",
    "lists_total": "lists",
    "lists_with_gp": "lists_with_gp",
    "lists_unoccupied": "lists_vacant",
    "lists_unoccupied_over_1y": "lists_vacant_over_year",
    "lists_salaried_all_lists": "lists_salaried",
    "residents_with_gp": "residents_with_gp",
    "residents_without_gp": "residents_without_gp",
    "gps_per_1000_residents": "gps_per_1000",
    "share_gps_specialist": "share_gps_specialist",
    "share_gps_women": "share_gps_women",
    "share_lists_unoccupied": "share_lists_vacant",
    "share_residents_without_gp": "share_residents_without_gp",
    "share_salaried_all_lists": "share_salaried_all_lists",
    "share_salaried_lists_with_gp": "share_salaried_lists_with_gp",
    "mean_list_length_all_lists": "mean_list_length",
    "mean_list_length_lists_with_gp": "mean_list_length_with_gp",
    "vacant_places_per_1000_all_lists": "free_places_per_1000",
    "vacant_places_per_1000_lists_with_gp": "free_places_with_gp_per_1000",
}
STATUS_1_3 = {
    "unallocated_persons": "unplaced",
    "list_residents": "residents",
    "residents_on_lists_with_gp": "residents_with_gp",
    "residents_on_unoccupied_lists": "residents_without_gp",
    "share residents_on_unoccupied_lists": "share_residents_without_gp",
    "on_waiting_list": "waiting_persons",
    "share on_waiting_list_other_municipality_than_current_gp": "share_waiting_other_than_gp",
    "share on_waiting_list_other_municipality_than_residence": "share_waiting_other_than_home",
}
STATUS_V1 = {
    "V1.3": "gps",
    "V1.4": "lists",
    "V1.5": "share_salaried_lists_with_gp",
    "V1.6": "lists_vacant",
    "V1.7": "share_lists_vacant",
    "V1.8": "mean_list_length",
    "V1.9": "mean_list_length_with_gp",
    "V1.10": "share_residents_without_gp",
    "V1.11": "residents_without_gp",
    "V1.12": "free_places_with_gp",
    "V1.13": "free_places_with_gp_per_1000",
    "V1.14": "residents",
}
STATUS_V1_15 = (
    *("lists_with_gp", "lists", "residents_without_gp", "share_residents_without_gp"),
    *("residents_vacant_over_year", "free_places_with_gp", "free_places"),
)
ANNUAL_11_1 = {
    "gps": "gps",
    "gps_specialist": "gps_specialist",
    "lists_total": "lists",
    "lists_with_gp": "lists_with_gp",
    "lists_salaried": "lists_salaried",
    "lists_self_employed": "lists_self_employed",
    "lists_without_gp": "lists_vacant",
    "lists_vacant_over_1_year": "lists_vacant_over_year",
    "listed_residents_without_gp": "residents_without_gp",
    "listed_residents_with_gp_thousand": "residents_with_gp",
    "locums": "substitutes",
    "gps_per_1000_listed_residents": "gps_per_1000",
    "share_gps_specialist": "share_gps_specialist",
    "share_gps_women": "share_gps_women",
    "share_salaried_lists_with_gp": "share_salaried_lists_with_gp",
    "share_salaried_all_lists": "share_salaried_all_lists",
    "avg_list_length_all_lists": "mean_list_length",
    "avg_list_length_lists_with_gp": "mean_list_length_with_gp",
    "avg_list_cap_lists_with_gp": "mean_cap_with_gp",
    "diff_avg_cap_minus_length": "mean_cap_minus_length",
    "avg_list_length_incl_vacant": "mean_list_length",
    "share_lists_without_gp": "share_lists_vacant",
    "share_lists_without_gp_over_1_year": "share_lists_vacant_over_year",
    "share_listed_residents_without_gp": "share_residents_without_gp",
    "vacant_places_per_1000_all_lists": "free_places_per_1000",
    "vacant_places_per_1000_lists_with_gp": "free_places_with_gp_per_1000",
    "vacant_places_per_1000_open_lists_with_gp": "free_places_open_per_1000",
    "waiting_list_per_1000": "waiting_persons_per_1000",
}
TABLES_OF_A_YEAR = frozenset({
    *("8.1", "8.2", "8.3", "8.4", "8.5", "8.6", "8.7", "8.8", "8.9", "8.12", "8.13"),
    *("12.1", "12.2", "12.3", "16.1"),
})  # fmt: skip
# Figures that are divided by half-year, for the rows of tables of half-years.
OF_HALVES = {
    "3.1": {"all_consultations_incl_home_visits": "consultations"},
    "3.2": {"all_gp_consultations_incl_home_visits": "consultations_gp"},
    "3.3": {"all_emergency_consultations_incl_home_visits": "consultations_out_of_hours"},
    "3.4": {
        "home_visits_gp": "home_visits_gp",
        "home_visits_emergency": "home_visits_out_of_hours",
        "home_visits_total": "home_visits",
    },
    "V3.4": {"home_visit_gp": "home_visits_gp"},
    "V3.5": {"e_consultation_gp": "e_consultations_gp"},
    "V3.6": {"home_visit_emergency": "home_visits_out_of_hours"},
    "V3.7": {"daytime_consultation_emergency": "out_of_hours_by_day"},
    "V3.8": {"evening_consultation_emergency": "out_of_hours_in_evening"},
}
# The cells of table 1.2 by age group and speciality, and the group of the figure of new GPs that each is.
ENTERED = {
    ("under_30", "all"): ("gp_age", "00_29"),
    ("30_39", "all"): ("gp_age", "30_39"),
    ("40_49", "all"): ("gp_age", "40_49"),
    ("50_59", "all"): ("gp_age", "50_59"),
    ("60_plus", "all"): ("gp_age", "60_plus"),
    ("all", "non_specialist"): ("specialist", "no"),
    ("all", "specialist"): ("specialist", "yes"),
}
LAST_HALF, FIRST_HALF = "2023H1", "H1"
KINDS = {
    "consultations": ("physical_consultation", "e_consultation", "home_visit"),
    "simple_patient_contact": ("simple_contact_present", "simple_contact_remote"),
    "contact_with_other_bodies": ("other_bodies", "dialogue_meeting", "interdisciplinary_meeting"),
    "administrative_contact": ("administrative",),
}
TYPES = {
    "physical_consultation": "physical_consultation",
    "e_consultation": "e_consultation",
    "home_visit": "home_visit",
    "simple_contact_patient_present": "simple_contact_present",
    "simple_contact_letter_phone_admin_electronic": "simple_contact_remote",
    "simple_contact_health_personnel_municipal_nav_specialist": "other_bodies",
    "interdisciplinary_meeting": "interdisciplinary_meeting",
    "nav_dialogue_meeting": "dialogue_meeting",
    "selected_administrative_tariffs_unlinked": "administrative",
}
IN_2023, AUTUMN = date(2023, 6, 1), date(2023, 10, 1)
ONE_OF_A_FAMILY = "L4"
TRAITS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "municipalities": lambda _: True,
    "share_under_2000": lambda one: one["size_group"] == "under_2000",
    "share_under_5000": lambda one: one["size_group"] in ("under_2000", "2000_4999"),
    "share_centrality_5_and_6": lambda one: one["centrality"] >= 5,
}
