"""Commands that try policies on synthetic nations."""
