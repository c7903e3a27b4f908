"""What was learnt from simulated years, as data: `fastlege simulate waits` makes the files of this folder anew."""
