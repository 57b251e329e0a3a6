"""Runs modules of 1C's language over a stand-in for the platform; see platform.py for what there is of it.

Names are not told apart by case. What the modules may catch is an Error; a name or a member that the stand-in does not have is a
Missing, which no «Попытка» catches, so that nothing untested passes for tested. Parameters are handed over by value: that they are
never assigned to, another check sees to.
"""

import datetime
from collections.abc import Callable, Iterator

from bsl import Method, Module, Node, Parser, parse

MOST_STEPS = 200_000


class Error(Exception):
    """An exception of the language: what ИнформацияОбОшибке() shows of it."""

    def __init__(self, description: str, cause: "Error | None" = None) -> None:
        super().__init__(description)
        self.Описание = description
        self.Причина = cause


class Missing(Exception):
    """The stand-in lacks it."""


class Return(Exception):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Break(Exception):
    pass


class Continue(Exception):
    pass


class Loaded:
    """A common module: what other modules may call of it are its exported methods."""

    def __init__(self, name: str, module: Module, interpreter: "Interpreter") -> None:
        self.name, self.module, self.interpreter = name, module, interpreter

    def call(self, name: str, arguments: list, inside: bool = False) -> object:
        method = self.module.methods.get(name.lower())
        if not method or not (method.export or inside):
            raise Missing(f"{self.name} exports no {name}")
        return self.interpreter.run(self, method, arguments)


LEFT_OUT = object()


class Interpreter:
    """``functions`` and ``classes`` are the platform's, ``values`` its other global names; all by their names in lower case."""

    def __init__(self, functions: dict[str, Callable], classes: dict[str, Callable], values: dict[str, object]) -> None:
        self.functions, self.classes, self.values = functions, classes, values
        self.handled: list[Error] = []
        self.steps = 0
        # УстановитьПривилегированныйРежим holds until the method that called it returns.
        self.privileged = False

    def load(self, name: str, text: str) -> Loaded:
        module = Loaded(name, parse(text), self)
        self.values[name.lower()] = module
        return module

    def run(self, module: Loaded, method: Method, arguments: list) -> object:
        if len(arguments) > len(method.parameters):
            raise Missing(f"{module.name}.{method.name} is given {len(arguments)} parameters")
        scope = Scope(self, module, {})
        given = arguments + [LEFT_OUT] * (len(method.parameters) - len(arguments))
        for (name, default), value in zip(method.parameters, given, strict=True):
            if value is LEFT_OUT and default is None:
                raise Missing(f"{module.name}.{method.name} is not given {name}")
            scope.variables[name.lower()] = scope.value(default) if value is LEFT_OUT else value
        handled, privileged = len(self.handled), self.privileged
        try:
            scope.execute(method.body)
        except Return as ended:
            return ended.value
        finally:
            del self.handled[handled:]
            self.privileged = privileged
        return None

    def evaluate(self, text: str, scope: "Scope") -> object:
        """Вычислить: a name that is not there is an error that can be caught, as on the platform."""
        try:
            return scope.value(Parser(text).expression())
        except Missing as missing:
            raise Error(f"Ошибка при вычислении выражения: {missing}") from missing


class Scope:
    """One call of a method."""

    def __init__(self, interpreter: Interpreter, module: Loaded, variables: dict[str, object]) -> None:
        self.interpreter, self.module, self.variables = interpreter, module, variables

    def execute(self, body: list[Node]) -> None:
        for statement in body:
            self.interpreter.steps += 1
            if self.interpreter.steps > MOST_STEPS:
                raise Missing("an end: the modules run on and on")
            getattr(self, "do_" + statement.kind)(*statement.parts)

    def do_do(self, call: Node) -> None:
        self.value(call)

    def do_assign(self, target: Node, source: Node) -> None:
        value = self.value(source)
        if target.kind == "name":
            self.variables[target.parts[0].lower()] = value
        elif target.kind == "member":
            set_member(self.value(target.parts[0]), target.parts[1], value)
        else:
            self.value(target.parts[0])[self.value(target.parts[1])] = value

    def do_if(self, branches: list, otherwise: list[Node]) -> None:
        for condition, body in branches:
            if self.truth(condition):
                self.execute(body)
                return
        self.execute(otherwise)

    def do_while(self, condition: Node, body: list[Node]) -> None:
        while self.truth(condition):
            if not self.turn(body):
                return

    def do_each(self, name: str, source: Node, body: list[Node]) -> None:
        for value in elements(self.value(source)):
            self.variables[name.lower()] = value
            if not self.turn(body):
                return

    def do_for(self, name: str, first: Node, last: Node, body: list[Node]) -> None:
        at = self.value(first)
        while at <= self.value(last):
            self.variables[name.lower()] = at
            if not self.turn(body):
                return
            at = self.variables[name.lower()] + 1

    def turn(self, body: list[Node]) -> bool:
        """One turn of a loop; whether it goes on."""
        try:
            self.execute(body)
        except Break:
            return False
        except Continue:
            pass
        return True

    def do_try(self, body: list[Node], handler: list[Node]) -> None:
        try:
            self.execute(body)
        except Error as error:
            self.interpreter.handled.append(error)
            self.execute(handler)
            self.interpreter.handled.pop()

    def do_raise(self, text: Node | None) -> None:
        if text is not None:
            raise Error(self.value(text))
        if not self.interpreter.handled:
            raise Missing("an exception that could be raised again")
        raise self.interpreter.handled[-1]

    def do_return(self, value: Node | None) -> None:
        raise Return(None if value is None else self.value(value))

    def do_break(self) -> None:
        raise Break

    def do_continue(self) -> None:
        raise Continue

    def value(self, node: Node) -> object:
        return getattr(self, "of_" + node.kind)(*node.parts)

    def truth(self, node: Node) -> bool:
        value = self.value(node)
        if not isinstance(value, bool):
            raise Error(f"Преобразование значения к типу Булево не может быть выполнено: {value!r}")
        return value

    def of_string(self, text: str) -> str:
        return text

    def of_number(self, text: str) -> int | float:
        return float(text) if "." in text else int(text)

    def of_date(self, text: str) -> datetime.datetime:
        digits = text.strip("'").ljust(14, "0")
        return datetime.datetime.strptime(digits, "%Y%m%d%H%M%S")

    def of_true(self, _: str) -> bool:
        return True

    def of_false(self, _: str) -> bool:
        return False

    def of_undefined(self, _: str) -> None:
        return None

    def of_name(self, name: str) -> object:
        key = name.lower()
        for names in (self.variables, self.interpreter.values):
            if key in names:
                return names[key]
        raise Missing(name)

    def of_member(self, owner: Node, name: str) -> object:
        return get_member(self.value(owner), name)

    def of_index(self, owner: Node, key: Node) -> object:
        found = self.value(owner)
        wanted = self.value(key)
        return found[wanted] if isinstance(found, list) or not hasattr(found, "get") else found.get(wanted)

    def arguments(self, nodes: list[Node | None]) -> list:
        return [LEFT_OUT if node is None else self.value(node) for node in nodes]

    def of_call(self, name: str, nodes: list[Node | None]) -> object:
        arguments = self.arguments(nodes)
        if name.lower() in self.module.module.methods:
            return self.module.call(name, arguments, inside=True)
        if name.lower() in ("вычислить", "eval"):
            return self.interpreter.evaluate(arguments[0], self)
        function = self.interpreter.functions.get(name.lower())
        if not function:
            raise Missing(name)
        return function(*given(arguments))

    def of_method(self, owner: Node, name: str, nodes: list[Node | None]) -> object:
        found = self.value(owner)
        arguments = self.arguments(nodes)
        if isinstance(found, Loaded):
            return found.call(name, arguments)
        return get_member(found, name)(*given(arguments))

    def of_new(self, name: str, nodes: list[Node | None]) -> object:
        made = self.interpreter.classes.get(name.lower())
        if not made:
            raise Missing(f"the class {name}")
        return made(*given(self.arguments(nodes)))

    def of_new_by_name(self, nodes: list[Node | None]) -> object:
        name, *arguments = self.arguments(nodes)
        made = self.interpreter.classes.get(name.lower())
        if not made:
            raise Error(f"Тип не определен ({name})")
        return made(*given(arguments))

    def of_choice(self, condition: Node, first: Node, second: Node) -> object:
        return self.value(first if self.truth(condition) else second)

    def of_not(self, node: Node) -> bool:
        return not self.truth(node)

    def of_minus(self, node: Node) -> object:
        return -self.value(node)

    def of_binary(self, operator: str, left: Node, right: Node) -> object:
        if operator in ("and", "or"):
            first = self.truth(left)
            return self.truth(right) if first is (operator == "and") else first
        return OPERATORS[operator](self.value(left), self.value(right))


def plus(left: object, right: object) -> object:
    if isinstance(left, str):
        return left + as_text(right)
    if isinstance(left, datetime.datetime):
        return left + datetime.timedelta(seconds=right)
    if isinstance(left, bool) or not isinstance(left, (int, float)):
        raise Error(f"Преобразование значения к типу Число не может быть выполнено: {left!r}")
    return left + right


def same(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right


def ordered(left: object, right: object) -> tuple:
    if type(left) is not type(right):
        raise Error(
            f"Операции сравнения на больше-меньше допустимы только для значений совпадающих типов: {left!r}, {right!r}"
        )
    return left, right


def less(left: object, right: object) -> bool:
    left, right = ordered(left, right)
    return left < right


OPERATORS: dict[str, Callable] = {
    "+": plus,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": lambda left, right: left % right,
    "=": same,
    "<>": lambda left, right: not same(left, right),
    "<": less,
    ">": lambda left, right: less(right, left),
    "<=": lambda left, right: not less(right, left),
    ">=": lambda left, right: not less(left, right),
}


def as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Да" if value else "Нет"
    return str(value)


def given(arguments: list) -> list:
    """An argument left out at the end is not given; one between others is Неопределено, which the stand-in's defaults equal."""
    while arguments and arguments[-1] is LEFT_OUT:
        arguments = arguments[:-1]
    return [None if argument is LEFT_OUT else argument for argument in arguments]


def elements(value: object) -> Iterator:
    if not hasattr(value, "__iter__") or isinstance(value, str):
        raise Error("Итератор для значения не определен")
    return iter(list(value))


def member(owner: object, name: str) -> str:
    """A member's own spelling. What begins with an underscore, or has a small Latin letter first, is the stand-in's."""
    for found in dir(owner):
        if found.lower() == name.lower() and not found.startswith("_") and not ("a" <= found[0] <= "z"):
            return found
    raise Missing(f"{type(owner).__name__}.{name}")


def get_member(owner: object, name: str) -> object:
    if hasattr(owner, "get_field") and owner.has_field(name):
        return owner.get_field(name)
    return getattr(owner, member(owner, name))


def set_member(owner: object, name: str, value: object) -> None:
    if hasattr(owner, "set_field"):
        owner.set_field(name, value)
    else:
        setattr(owner, member(owner, name), value)
