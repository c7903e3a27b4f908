"""The patient-adjusted model of capitation: weights as dated rows, and the arithmetic that they stand for."""
