"""What municipalities pay for lists each month: capitation, base grant and equalisation grant."""
