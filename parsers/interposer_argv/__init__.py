"""An argv and a tool's grammar to slots: one module a style, small readers for script languages."""
