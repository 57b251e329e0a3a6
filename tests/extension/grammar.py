"""Code of 1C for the grammar of tree-sitter, which is not ours and so a second opinion.

The grammar lacks some forms of the language, which other words of it stand for here: parentheses become a call, «Новый(имя)» names a
class, an exception that is raised again has a text, and a loop «Пока» loses the semicolon behind it.
"""

import tree_sitter
import tree_sitter_bsl

from bsl import BLOCK_ENDS, Token, tokens

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bsl.language()))


def stand_in(text: str) -> str:
    """The same code, line by line, in words that the grammar has."""
    found = tokens(text)
    written: list[str] = []
    loops: list[str] = []
    ended = ""
    line = 1
    for at, token in enumerate(found[:-1]):
        written.append("\n" * (token.line - line))
        line = token.line + token.text.count("\n")
        before = found[at - 1] if at else Token("end", "", 1)
        after = found[at + 1]
        if token.kind in ("while", "for"):
            loops.append(token.kind)
        if token.kind == "enddo":
            ended = loops.pop() if loops else ""
        if token.kind == ";" and before.kind == "enddo" and ended == "while":
            continue
        if token.kind == "(" and before.kind not in ("name", "?", "new", "execute") and not is_member(found, at):
            written.append("Скобки")
        written.append(" " + token.text if token.kind != "(" else token.text)
        if token.kind == "new" and after.kind == "(":
            written.append(" Структура")
        if token.kind == "raise" and (after.kind in BLOCK_ENDS or after.kind == ";"):
            written.append(' ""')
    return "".join(written).replace("? (", "?(")


def is_member(found: list[Token], at: int) -> bool:
    """Whether what stands before is a method's name, which may be a keyword behind a point."""
    return at > 1 and found[at - 2].kind == "."


def errors(text: str) -> list[int]:
    """The lines that the grammar does not understand."""
    lines, queue = set(), [PARSER.parse(stand_in(text).encode()).root_node]
    while queue:
        node = queue.pop()
        queue += node.children
        if node.is_error or node.is_missing:
            lines.add(node.start_point.row + 1)
    return sorted(lines)
