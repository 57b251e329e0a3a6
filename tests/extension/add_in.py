"""Stand-ins for the add-in's two classes, by their contract. They check that the modules call what there is, and when it is due."""

import json

from interpreter import Error
from members import contract
from platform_stub import Binary

CONTRACT = contract()
STEPS = ("Готово", "Прочитать", "Записать", "Имена", "Отправить", "Подождать", "Войти")
# Which calls answer a step; a failure of the database answers reading and writing.
ANSWERS = {
    "Прочитать": {"Загрузить", "ЗаписиНет", "ОшибкаХранения"},
    "Записать": {"ЗаписьСохранена", "ОшибкаХранения"},
    "Имена": {"ИменаПрочитаны", "ОшибкаХранения"},
    "Отправить": {"ПринятьОтвет", "ОтветаНет"},
    "Подождать": {"Подождать"},
}


class Failure(Error):
    """What a failed call of the add-in raises: its text may get lost on the way through the platform."""


class AddIn:
    """Each call is noted with its arguments. Where ``lost``, exceptions come without their text."""

    class_name = ""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.failures: dict[str, str] = {}
        self.lost = False
        # What stands where the text is lost.
        self.instead = ""
        self.ПоследняяОшибка = ""
        self.КодОшибки = 0
        self.ПричинаОшибки = ""

    def note(self, name: str, *arguments: object) -> None:
        count = CONTRACT[self.class_name].methods[name]
        assert len(arguments) in count, f"{name} is given {len(arguments)} parameters"
        self.calls.append((name, *arguments))
        self.ПоследняяОшибка, self.КодОшибки, self.ПричинаОшибки = "", 0, ""
        if name in self.failures:
            self.fail(self.failures[name])

    def fail(self, text: str, reason: str = "some-reason") -> None:
        self.ПоследняяОшибка, self.КодОшибки, self.ПричинаОшибки = text, 500, reason
        raise Failure(self.instead if self.lost else text)

    def __getattr__(self, name: str) -> object:
        raise AttributeError(name)

    def names(self) -> list[str]:
        return [name for name, *_ in self.calls]

    def of(self, name: str) -> list[tuple]:
        return [tuple(arguments) for called, *arguments in self.calls if called == name]


def noted(name: str):
    def method(self: AddIn, *arguments: object) -> None:
        self.note(name, *arguments)

    return method


class Tokens(AddIn):
    """OSignTokens that plays a script: each entry is a step, and the properties that it comes with. One whose step is «Ошибка» raises
    its text in place of a step.
    """

    class_name = "OSignTokens"

    def __init__(self, script: list[tuple[str, dict]]) -> None:
        super().__init__()
        self.script = list(script)
        self.due: str | None = None
        for step in STEPS:
            setattr(self, "Шаг" + step, step)
        for name in CONTRACT[self.class_name].properties:
            if not name.startswith("Шаг") and name not in vars(self):
                setattr(self, name, "")
        self.ОжидаемаяРевизия = self.ОжидаемоеПоколение = self.НовоеПоколение = self.ПоколениеТокена = 0
        self.ТелоЗапроса = Binary()

    def СледующийШаг(self) -> str:
        assert self.due is None, f"the step {self.due} was not answered"
        self.note("СледующийШаг")
        assert self.script, "a step is asked for after the last"
        step, properties = self.script.pop(0)
        if step == "Ошибка":
            self.fail(properties["Текст"], properties.get("Причина", "some-reason"))
        for name, value in properties.items():
            setattr(self, name, value)
        self.due = step if step in ANSWERS else None
        return step

    def answer(self, name: str, *arguments: object) -> None:
        assert self.due and name in ANSWERS[self.due], f"{name} answers {self.due}"
        self.due = None
        self.note(name, *arguments)


for answers in ANSWERS.values():
    for answer in answers:
        setattr(Tokens, answer, lambda self, *arguments, name=answer: self.answer(name, *arguments))
for begins in CONTRACT["OSignTokens"].methods:
    if not hasattr(Tokens, begins):
        setattr(Tokens, begins, noted(begins))


class Signer(AddIn):
    """OSign: it signs nothing, but keeps its state in the open, and holds a login to its order."""

    class_name = "OSign"

    def __init__(self) -> None:
        super().__init__()
        self.state = {"consumer": "", "token": "", "temporary": "", "verifier": ""}
        self.options: dict[str, object] = {}
        self.АдресЗапроса = ""

    @property
    def Токен(self) -> str:
        return self.state["token"]

    def УстановитьПотребителя(self, key: str, secret: str) -> None:
        self.note("УстановитьПотребителя", key, secret)
        self.state["consumer"] = key

    def УстановитьТокен(self, token: str, secret: str) -> None:
        self.note("УстановитьТокен", token, secret)
        self.state["token"] = token

    def УстановитьНастройку(self, name: str, value: object) -> None:
        self.note("УстановитьНастройку", name, value)
        self.options[name] = value

    def ЗаголовокАвторизации(self, *arguments: object) -> str:
        self.note("ЗаголовокАвторизации", *arguments)
        self.АдресЗапроса = arguments[1]
        return f"OAuth {self.state['consumer']} {self.state['token']}"

    def ЗаголовокВременногоТокена(self, url: str, *arguments: str) -> str:
        self.note("ЗаголовокВременногоТокена", url, *arguments)
        self.АдресЗапроса = url
        return f"OAuth temporary {self.state['consumer']}"

    def ПринятьВременныйТокен(self, status: int, body: str) -> None:
        self.note("ПринятьВременныйТокен", status, body)
        if status != 200:
            self.fail(f"Сервис ответил {status}")
        self.state["temporary"] = body

    def АдресСогласия(self, url: str) -> str:
        self.note("АдресСогласия", url)
        return f"{url}?oauth_token={self.state['temporary']}"

    def ПринятьВозврат(self, back: str) -> None:
        self.note("ПринятьВозврат", back)
        if self.state["temporary"] not in back and "://" in back:
            self.fail("Ответ относится к другому входу")
        self.state["verifier"] = back

    def ЗаголовокПостоянногоТокена(self, url: str, *arguments: str) -> str:
        self.note("ЗаголовокПостоянногоТокена", url, *arguments)
        assert self.state["verifier"], "the permanent token before the way back"
        self.АдресЗапроса = url
        return f"OAuth permanent {self.state['temporary']}"

    def ПринятьПостоянныйТокен(self, status: int, body: str) -> None:
        self.note("ПринятьПостоянныйТокен", status, body)
        if status != 200:
            self.fail(f"Сервис ответил {status}")
        self.state.update(token=body, temporary="", verifier="")

    def ДополнительноеПоле(self, name: str) -> str:
        self.note("ДополнительноеПоле", name)
        return "поле " + name

    def НовыйКлюч(self) -> str:
        self.note("НовыйКлюч")
        return "ключ-хранилища"

    def СохранитьСостояние(self, key: str, context: str = "") -> str:
        self.note("СохранитьСостояние", key, context)
        return json.dumps([key, context, self.state], ensure_ascii=False)

    def ВосстановитьСостояние(self, state: str, key: str, context: str = "") -> None:
        self.note("ВосстановитьСостояние", state, key, context)
        saved_key, saved_context, found = json.loads(state)
        if (saved_key, saved_context) != (key, context):
            self.fail("Состояние запечатано не этим ключом")
        self.state = found

    def Запечатать(self, data: str, key: str, context: str = "") -> str:
        self.note("Запечатать", data, key, context)
        return json.dumps([key, context, data], ensure_ascii=False)

    def Распечатать(self, text: str, key: str, context: str = "") -> str:
        self.note("Распечатать", text, key, context)
        saved_key, saved_context, data = json.loads(text)
        if (saved_key, saved_context) != (key, context):
            self.fail("Запечатано не этим ключом")
        return data
