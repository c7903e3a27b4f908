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
# The figures that count the people of table 1.3, with those that its shares are of.
STATUS_1_3 = {
    "unallocated_persons": "unplaced",
    "list_residents": "residents",
    "residents_on_lists_with_gp": "residents_with_gp",
    "residents_on_unoccupied_lists": "residents_without_gp",
    "on_waiting_list": "waiting_persons",
    "on_waiting_list_other_municipality_than_current_gp": "share_waiting_other_than_gp",
    "on_waiting_list_other_municipality_than_residence": "share_waiting_other_than_home",
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
COLUMNS_OF_V1_15 = {
    "lists_with_gp": "gps",
    "lists": "lists",
    "residents_without_gp": "residents_on_unoccupied_lists",
    "share_residents_without_gp": "pct_on_unoccupied_lists",
    "residents_vacant_over_year": "residents_on_lists_unoccupied_over_1y",
    "free_places_with_gp": "vacant_places_with_gp",
    "free_places": "vacant_places_all_lists",
}
PER_100 = {
    "3.1": "consultations_per_100",
    "3.2": "consultations_gp_per_100",
    "3.3": "consultations_out_of_hours_per_100",
}
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
# Rows of table 11.1 that are of whole years, and one that repeats another.
OF_WHOLE_YEARS = {"share_consultations_own_gp": "share_own_gp", "locum_fte_whole_year": "substitute_full_time"}
PRINTED_TWICE = ("avg_list_length_incl_vacant",)
EXPENDITURE = {
    "expenditure": "8.1",
    "expenditure_fixed": "8.2",
    "expenditure_scheme": "8.3",
    "expenditure_scheme_fixed": "8.4",
    "expenditure_lis1": "8.6",
    "expenditure_lis1_fixed": "8.7",
    "expenditure_out_of_hours": "8.8",
    "expenditure_out_of_hours_fixed": "8.9",
    "expenditure_per_resident": "8.12",
    "expenditure_per_resident_fixed": "8.13",
}
# Tables of a year that have the same cells as the figures refer to, and the sums that they print besides.
SUMS_OF_EXPENSES = {
    "sum_basic_funding": ("base_and_capitation_grants", "equalisation_grant"),
    "sum_reimbursements": (
        *("fee_reimbursements", "exemption_card_copayment_reimbursements"),
        *("other_copayment_reimbursements", "nav_l_fee_reimbursements"),
    ),
    "sum_patient_payment": ("copayments", "self_payment"),
}
# Tables of a year's contacts: the figure, which column names the type, and the types that each row adds up.
OF_CONTACTS = {
    "12.1": ("consultations", "form"),
    "12.2": ("consultations_gp", "form"),
    "12.3": ("consultations_out_of_hours", "form"),
    "12.4": ("contacts_gp", "contact_type"),
    "12.5": ("contacts_out_of_hours", "contact_type"),
}
# Figures that count one type of what another figure counts.
OF_ONE_TYPE = {
    ("consultations", "home_visit"): "home_visits",
    ("consultations_gp", "home_visit"): "home_visits_gp",
    ("consultations_gp", "e_consultation"): "e_consultations_gp",
    ("consultations_out_of_hours", "home_visit"): "home_visits_out_of_hours",
}
CONSULTATIONS = ("physical_consultation", "e_consultation", "home_visit")
KINDS = {
    "physical": ("physical_consultation",),
    "electronic": ("e_consultation",),
    "home_visit": ("home_visit",),
    "consultations": CONSULTATIONS,
    "simple_patient_contact": ("simple_contact_present", "simple_contact_remote"),
    "contact_with_other_bodies": ("other_bodies", "dialogue_meeting", "interdisciplinary_meeting"),
    "administrative_contact": ("administrative",),
}
# Tables of half-years: the service and the time of day where the table is of one; and the types by row.
GP, OUT_OF_HOURS = "gp", "out_of_hours_service"
OF_HALVES = {
    **dict.fromkeys(("3.1", "3.4"), ("", "")),
    **dict.fromkeys(("3.2", "V3.2", "V3.4", "V3.5"), (GP, "")),
    **dict.fromkeys(("3.3", "V3.3", "V3.6"), (OUT_OF_HOURS, "")),
    "V3.7": (OUT_OF_HOURS, "day"),
    "V3.8": (OUT_OF_HOURS, "evening"),
}
# Tables of half-years that are counted where the doctor has a list: services out of hours are shared.
WHERE_DOCTORS_WORK = ("V3.7", "V3.8")
ROWS_OF_HALVES = {
    "all_consultations_incl_home_visits": CONSULTATIONS,
    "all_gp_consultations_incl_home_visits": CONSULTATIONS,
    "all_emergency_consultations_incl_home_visits": CONSULTATIONS,
    **dict.fromkeys(
        ("home_visits_gp", "home_visits_emergency", "home_visits_total", "home_visit_gp", "home_visit_emergency"),
        ("home_visit",),
    ),
    "e_consultation_gp": ("e_consultation",),
    "daytime_consultation_emergency": ("physical_consultation",),
    "evening_consultation_emergency": ("physical_consultation",),
}
HOME_VISITS_AT = {"home_visits_gp": GP, "home_visits_emergency": OUT_OF_HOURS}
# The counties of 2020-2023 that were divided in 2024, by the codes of their parts.
DIVIDED_COUNTIES = {
    **dict.fromkeys(("31", "32", "33"), "Viken"),
    **dict.fromkeys(("39", "40"), "Vestfold og Telemark"),
    **dict.fromkeys(("55", "56"), "Troms og Finnmark"),
}
MEDIA = {"text": "text", "telephone": "phone", "video": "video"}
SPECIALIST = {"all": "all", "specialist": "yes", "non_specialist": "no"}
# The rows of table 1.2 that the figure of new GPs has a group for.
ENTERED = {
    **{(band, "all"): group for band, group in (("under_30", "00_29"), ("30_39", "30_39"), ("40_49", "40_49"))},
    ("50_59", "all"): "50_59",
    **{("all", "non_specialist"): "no", ("all", "specialist"): "yes", ("all", "all"): ""},
}
# The bands of table 1.2 and of table V1.2, and the groups of the figures that they are.
ENTERED_AT = {
    **{"all": "all", "under_30": "00_29", "30_39": "30_39", "40_49": "40_49"},
    **{"50_59": "50_59", "60_plus": "60_plus"},
}
GP_AGES = {"all": "all", "under_40": "00_39", "40_54": "40_54", "55_66": "55_66"}
YEAR, LAST_HALF, LAST_DIGITAL = "2025", "2023H1", "2025H2"
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
