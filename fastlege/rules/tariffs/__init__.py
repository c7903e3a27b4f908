"""Tariffs (fees per service) and the rules on what may be claimed together, as dated rows."""

from fastlege.rules.tariffs.claim_rules import ClaimRule, load_claim_rules
from fastlege.rules.tariffs.codes import CodeList, parse_codes
from fastlege.rules.tariffs.fees import Fee, fee_on, load_fees

__all__ = ["ClaimRule", "CodeList", "Fee", "fee_on", "load_claim_rules", "load_fees", "parse_codes"]
