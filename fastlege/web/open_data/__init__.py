"""Open data: figures and reference data for programs, at /api/v1. Only editions are read, so never persons."""
