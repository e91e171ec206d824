"""The resident process: socket, peers, sessions; it decides and writes the log."""
