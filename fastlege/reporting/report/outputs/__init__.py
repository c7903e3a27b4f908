"""The forms that a report is written in: pages, PDF, workbook, open data."""
