"""Claims: bills received, controlled, answered, credited and paid once, and the patients' shares of them."""
