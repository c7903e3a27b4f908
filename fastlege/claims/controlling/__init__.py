"""The control of what was received: facts from the register for many bills at once, then rule by rule."""
