"""The base tables that figures count, each an Ibis expression over the tables of a snapshot."""
