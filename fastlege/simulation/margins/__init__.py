"""What a nation is built to meet: published figures completed to whole numbers by municipality."""
