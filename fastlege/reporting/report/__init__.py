"""The report: an edition of numbered tables, pictures and computed sentences, as pages, PDF, workbook and open data."""
