"""Script text to commands and words: tree-sitter-bash proposes, an exact lexer disposes."""
