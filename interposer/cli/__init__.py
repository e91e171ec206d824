"""The verbs of the command `interposer`, one thin file a verb."""
