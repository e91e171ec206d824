"""The record of each decision and the journal that keeps it."""
