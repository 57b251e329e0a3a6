"""1C's language as a tree: as much of it as the modules and the guides use, and nothing that is not in it.

The grammar for tree-sitter, which another check goes by, knows no parentheses and no loop that ends with a semicolon; what runs the
modules needs both. A text that is not understood whole is an error with its line.
"""

import dataclasses
import functools
import re

KEYWORDS = {
    word.lower(): meaning
    for meaning, words in {
        "if": "Если If",
        "then": "Тогда Then",
        "elsif": "ИначеЕсли ElsIf",
        "else": "Иначе Else",
        "endif": "КонецЕсли EndIf",
        "for": "Для For",
        "each": "Каждого Each",
        "in": "Из In",
        "to": "По To",
        "while": "Пока While",
        "do": "Цикл Do",
        "enddo": "КонецЦикла EndDo",
        "procedure": "Процедура Procedure",
        "function": "Функция Function",
        "endprocedure": "КонецПроцедуры EndProcedure",
        "endfunction": "КонецФункции EndFunction",
        "var": "Перем Var",
        "return": "Возврат Return",
        "break": "Прервать Break",
        "continue": "Продолжить Continue",
        "and": "И And",
        "or": "Или Or",
        "not": "Не Not",
        "try": "Попытка Try",
        "except": "Исключение Except",
        "raise": "ВызватьИсключение Raise",
        "endtry": "КонецПопытки EndTry",
        "new": "Новый New",
        "execute": "Выполнить Execute",
        "export": "Экспорт Export",
        "val": "Знач Val",
        "true": "Истина True",
        "false": "Ложь False",
        "undefined": "Неопределено Undefined",
        "null": "Null",
        "async": "Асинх Async",
        "await": "Ждать Await",
    }.items()
    for word in words.split()
}
TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\ufeff]+|//[^\n]*)
    |(?P<string>"(?:[^"\n]|""|\n[ \t]*\|)*")
    |(?P<date>'[0-9]*')
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<directive>&\w+|\#[^\n]*)
    |(?P<name>[^\W\d]\w*)
    |(?P<mark><>|<=|>=|[-+*/%=<>()\[\].,;?])""",
    re.VERBOSE,
)
# Keywords that are also names of methods, behind a point.
BLOCK_ENDS = {"elsif", "else", "endif", "enddo", "except", "endtry", "endprocedure", "endfunction", "end"}


class NotTheLanguage(Exception):
    """What is wrong, and in which line."""


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int


@dataclasses.dataclass
class Node:
    """``kind`` says what is in ``parts``; see the parser's method of that name."""

    kind: str
    line: int
    parts: tuple = ()


@dataclasses.dataclass
class Method:
    name: str
    parameters: list[tuple[str, Node | None]]
    export: bool
    function: bool
    body: list[Node]
    line: int
    directive: str = ""


@dataclasses.dataclass
class Module:
    variables: list[str]
    methods: dict[str, Method]
    body: list[Node]


def tokens(text: str) -> list[Token]:
    found, at, line = [], 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise NotTheLanguage(f"line {line}: {text[at : at + 20]!r}")
        kind, content = match.lastgroup, match.group()
        if kind == "name":
            kind = KEYWORDS.get(content.lower(), "name")
        elif kind == "directive" and content.startswith("#"):
            kind = "space"  # Regions, and conditions of the place, which the caller has no need to tell apart.
        if kind != "space":
            found.append(Token(content if kind == "mark" else kind, content, line))
        line += content.count("\n")
        at = match.end()
    return [*found, Token("end", "", line)]


class Parser:
    """Reads top down; each method is a rule of the language."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self, *kinds: str) -> Token | None:
        if self.now.kind in kinds:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def need(self, *kinds: str) -> Token:
        found = self.take(*kinds)
        if not found:
            raise NotTheLanguage(f"line {self.now.line}: {self.now.text!r} where {' or '.join(kinds)} must stand")
        return found

    def module(self) -> Module:
        module = Module([], {}, [])
        while self.now.kind in ("var", "procedure", "function", "directive", "async"):
            directive = self.take("directive")
            if self.take("var"):
                module.variables += self.variables()
                continue
            method = self.method(directive.text if directive else "")
            if method.name.lower() in module.methods:
                raise NotTheLanguage(f"line {method.line}: {method.name} is there twice")
            module.methods[method.name.lower()] = method
        module.body = self.statements()
        self.need("end")
        return module

    def variables(self) -> list[str]:
        names = [self.need("name").text]
        self.take("export")
        while self.take(","):
            names.append(self.need("name").text)
            self.take("export")
        self.need(";")
        return names

    def method(self, directive: str) -> Method:
        self.take("async")
        start = self.need("procedure", "function")
        name = self.need("name").text
        parameters = self.parameters()
        export = bool(self.take("export"))
        body = []
        while self.take("var"):
            self.variables()
        body += self.statements()
        self.need("end" + start.kind)
        return Method(name, parameters, export, start.kind == "function", body, start.line, directive)

    def parameters(self) -> list[tuple[str, Node | None]]:
        self.need("(")
        found: list[tuple[str, Node | None]] = []
        while not self.take(")"):
            if found:
                self.need(",")
            self.take("val")
            name = self.need("name").text
            found.append((name, self.expression() if self.take("=") else None))
        return found

    def statements(self) -> list[Node]:
        found = []
        while self.now.kind not in BLOCK_ENDS:
            if self.take(";"):
                continue
            found.append(self.statement())
            if self.now.kind not in BLOCK_ENDS:
                self.need(";")
        return found

    def statement(self) -> Node:
        rule = getattr(self, f"on_{self.now.kind}", None)
        if rule and self.now.kind not in ("name", "new"):
            return rule(self.need(self.now.kind).line)
        line = self.now.line
        target = self.postfix()
        if self.take("="):
            if target.kind not in ("name", "member", "index"):
                raise NotTheLanguage(f"line {line}: nothing can be assigned to this")
            return Node("assign", line, (target, self.expression()))
        if target.kind not in ("call", "method"):
            raise NotTheLanguage(f"line {line}: this does nothing")
        return Node("do", line, (target,))

    def on_await(self, line: int) -> Node:
        return Node("do", line, (self.postfix(),))

    def on_if(self, line: int) -> Node:
        branches, otherwise = [self.branch()], []
        while self.take("elsif"):
            branches.append(self.branch())
        if self.take("else"):
            otherwise = self.statements()
        self.need("endif")
        return Node("if", line, (branches, otherwise))

    def branch(self) -> tuple[Node, list[Node]]:
        condition = self.expression()
        self.need("then")
        return condition, self.statements()

    def on_while(self, line: int) -> Node:
        condition = self.expression()
        return Node("while", line, (condition, self.loop()))

    def on_for(self, line: int) -> Node:
        if self.take("each"):
            name = self.need("name").text
            self.need("in")
            return Node("each", line, (name, self.expression(), self.loop()))
        name = self.need("name").text
        self.need("=")
        first = self.expression()
        self.need("to")
        return Node("for", line, (name, first, self.expression(), self.loop()))

    def loop(self) -> list[Node]:
        self.need("do")
        body = self.statements()
        self.need("enddo")
        return body

    def on_try(self, line: int) -> Node:
        body = self.statements()
        self.need("except")
        handler = self.statements()
        self.need("endtry")
        return Node("try", line, (body, handler))

    def on_return(self, line: int) -> Node:
        ends = self.now.kind in BLOCK_ENDS or self.now.kind == ";"
        return Node("return", line, (None if ends else self.expression(),))

    def on_raise(self, line: int) -> Node:
        ends = self.now.kind in BLOCK_ENDS or self.now.kind == ";"
        return Node("raise", line, (None if ends else self.expression(),))

    def on_break(self, line: int) -> Node:
        return Node("break", line)

    def on_continue(self, line: int) -> Node:
        return Node("continue", line)

    def on_execute(self, line: int) -> Node:
        return Node("execute", line, (self.expression(),))

    def expression(self) -> Node:
        return self.either()

    def chain(self, rule, *kinds: str) -> Node:
        left = rule()
        while found := self.take(*kinds):
            left = Node("binary", found.line, (found.kind, left, rule()))
        return left

    def either(self) -> Node:
        return self.chain(self.both, "or")

    def both(self) -> Node:
        return self.chain(self.negation, "and")

    def negation(self) -> Node:
        if found := self.take("not"):
            return Node("not", found.line, (self.negation(),))
        return self.comparison()

    def comparison(self) -> Node:
        return self.chain(self.sum, "=", "<>", "<", ">", "<=", ">=")

    def sum(self) -> Node:
        return self.chain(self.product, "+", "-")

    def product(self) -> Node:
        return self.chain(self.signed, "*", "/", "%")

    def signed(self) -> Node:
        if found := self.take("-"):
            return Node("minus", found.line, (self.signed(),))
        self.take("+")
        self.take("await")
        return self.postfix()

    def postfix(self) -> Node:
        found = self.primary()
        while True:
            line = self.now.line
            if self.take("."):
                # A name behind a point may be a keyword.
                if self.now.kind == "name" or self.now.text.lower() in KEYWORDS:
                    name = self.need(self.now.kind).text
                else:
                    self.need("name")
                found = (
                    Node("method", line, (found, name, self.arguments()))
                    if self.now.kind == "("
                    else Node("member", line, (found, name))
                )
            elif self.take("["):
                found = Node("index", line, (found, self.expression()))
                self.need("]")
            else:
                return found

    def arguments(self) -> list[Node | None]:
        """An argument that is left out is None."""
        self.need("(")
        if self.take(")"):
            return []
        found: list[Node | None] = []
        while True:
            found.append(None if self.now.kind in (",", ")") else self.expression())
            if self.take(")"):
                return found
            self.need(",")

    def primary(self) -> Node:
        token = self.now
        if self.take("("):
            inner = self.expression()
            self.need(")")
            return inner
        if self.take("?"):
            return Node("choice", token.line, tuple(self.arguments()))
        if self.take("new"):
            return self.creation(token.line)
        if self.take("name"):
            if self.now.kind == "(":
                return Node("call", token.line, (token.text, self.arguments()))
            return Node("name", token.line, (token.text,))
        return self.literal()

    def creation(self, line: int) -> Node:
        if self.now.kind == "(":
            return Node("new_by_name", line, (self.arguments(),))
        name = self.need("name").text
        return Node("new", line, (name, self.arguments() if self.now.kind == "(" else []))

    def literal(self) -> Node:
        token = self.need("string", "number", "date", "true", "false", "undefined", "null")
        if token.kind != "string":
            return Node(token.kind, token.line, (token.text,))
        parts = [text_of(token.text)]
        while more := self.take("string"):
            parts.append(text_of(more.text))
        return Node("string", token.line, ("".join(parts),))


def text_of(literal: str) -> str:
    return re.sub(r"\n[ \t]*\|", "\n", literal[1:-1]).replace('""', '"')


@functools.cache
def parse(text: str) -> Module:
    """The same tree for the same text: nobody changes one, and the tests load the modules some hundred times."""
    return Parser(text).module()


def walk(value: object):
    """All nodes below one, itself among them."""
    if isinstance(value, Node):
        yield value
        yield from walk(value.parts)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from walk(part)


def nodes(module: Module):
    for method in module.methods.values():
        yield from walk(method.body)
    yield from walk(module.body)
