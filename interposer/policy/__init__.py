"""Who, where, what: statements, their loading, matching and combination."""
