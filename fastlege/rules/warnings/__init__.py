"""Early warnings: gentle notices to doctors whose pattern differs from that of their peers or of their own past."""
