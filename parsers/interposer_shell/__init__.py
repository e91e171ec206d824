"""Script text to commands and words: a grammar and lexer of our own, confirmed by tree-sitter-bash as second reader."""
