"""Script text to commands and words; `reader.read` is the entrance.

In the order of the way: screen (characters) > cursor, quotes, arithmetic, braced, lexer (words) > conditional, simple,
compound, definitions, grammar (commands: the tree) > second (tree-sitter must agree) > expansion, fields, tilde,
braces, patterns, resolve (what words become) > standing, assigning, evaluated, redirecting, blocks, flatten (the walk
over the tree: the reading) > hidden, dialect (what is refused after all).
"""
