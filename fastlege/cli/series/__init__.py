"""`fastlege figures series`."""
