"""The PostgreSQL server under the register, and the fast ways of rows in and out."""
