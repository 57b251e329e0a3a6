"""A configuration extension of 1C as its files: the XML that «Выгрузка конфигурации в файлы» writes, format 2.17.

An object is described in a few words here and written out with all the properties that dumps of such objects have. The identifiers
come of the objects' names, so that two builds are equal and a new version is the same extension to the platform.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

FORMAT = "2.17"
OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "extension.1c.osign")

CORE = {
    "app": "http://v8.1c.ru/8.2/managed-application/core",
    "cfg": "http://v8.1c.ru/8.1/data/enterprise/current-config",
    "ent": "http://v8.1c.ru/8.1/data/enterprise",
    "lf": "http://v8.1c.ru/8.2/managed-application/logform",
    "style": "http://v8.1c.ru/8.1/data/ui/style",
    "sys": "http://v8.1c.ru/8.1/data/ui/fonts/system",
    "v8": "http://v8.1c.ru/8.1/data/core",
    "v8ui": "http://v8.1c.ru/8.1/data/ui",
    "web": "http://v8.1c.ru/8.1/data/ui/colors/web",
    "win": "http://v8.1c.ru/8.1/data/ui/colors/windows",
    "xr": "http://v8.1c.ru/8.3/xcf/readable",
    "xs": "http://www.w3.org/2001/XMLSchema",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
OBJECTS = {
    **CORE,
    "cmi": "http://v8.1c.ru/8.2/managed-application/cmi",
    "xen": "http://v8.1c.ru/8.3/xcf/enums",
    "xpr": "http://v8.1c.ru/8.3/xcf/predef",
}
FORMS = {
    **CORE,
    "dcscor": "http://v8.1c.ru/8.1/data-composition-system/core",
    "dcssch": "http://v8.1c.ru/8.1/data-composition-system/schema",
    "dcsset": "http://v8.1c.ru/8.1/data-composition-system/settings",
}

# Parts of the configuration that each extension has one of; the classes are the platform's.
CONTAINED = (
    "9cd510cd-abfc-11d4-9434-004095e12fc7",
    "9fcd25a0-4822-11d4-9414-008048da11f9",
    "e3687481-0a87-462c-a166-9f34594f9bba",
    "9de14907-ec23-4a07-96f0-85521cb6b53b",
    "51f2d5d8-ea4d-4064-8892-82951750031e",
    "e68182ea-4237-4383-967f-90c1e3370bc7",
    "fb282519-d103-4dd3-bc12-cb271d631dfc",
)


@dataclasses.dataclass(frozen=True)
class Node:
    """An element: its text or its children, of which None are left out."""

    tag: str
    inside: str | tuple["Node | None", ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def lines(self, depth: int) -> Iterable[str]:
        start = "\t" * depth + "<" + self.tag + "".join(f" {name}={quoteattr(text)}" for name, text in self.attributes)
        children = () if isinstance(self.inside, str) else [child for child in self.inside if child]
        if isinstance(self.inside, str) and self.inside:
            yield f"{start}>{escape(self.inside)}</{self.tag}>"
        elif children:
            yield start + ">"
            for child in children:
                yield from child.lines(depth + 1)
            yield "\t" * depth + f"</{self.tag}>"
        else:
            yield start + "/>"


def node(tag: str, *children: Node | None, **attributes: str) -> Node:
    return Node(tag, children, tuple(attributes.items()))


def leaf(tag: str, text: object = "") -> Node:
    return Node(tag, str(text).lower() if isinstance(text, bool) else str(text))


def leaves(**texts: object) -> list[Node]:
    return [leaf(tag, text) for tag, text in texts.items()]


def nil(tag: str) -> Node:
    return Node(tag, (), (("xsi:nil", "true"),))


def phrase(tag: str, text: str) -> Node:
    """A text in Russian."""
    return node(tag, node("v8:item", leaf("v8:lang", "ru"), leaf("v8:content", text))) if text else leaf(tag)


def typed(tag: str, kind: str, text: str) -> Node:
    return Node(tag, text, (("xsi:type", kind),))


def identifier(*path: str) -> str:
    return str(uuid.uuid5(OURS, "/".join(path)))


def document(root: str, namespace: str, prefixes: dict[str, str], children: Iterable[Node], **attributes: str) -> bytes:
    """As the platform writes it: with a byte order mark, and lines that end as on Windows."""
    names = (("xmlns", namespace), *((f"xmlns:{prefix}", uri) for prefix, uri in prefixes.items()))
    top = Node(root, tuple(children), (*names, *attributes.items(), ("version", FORMAT)))
    lines = ('<?xml version="1.0" encoding="UTF-8"?>', *top.lines(0))
    return text_file("\n".join(lines))


def text_file(text: str) -> bytes:
    return ("\ufeff" + text.replace("\n", "\r\n")).encode()


def metadata(kind: str, name: str, *sections: Node | None, key: str = "") -> bytes:
    """``key`` stands for the name in the identifier, where the name changes with the version."""
    found = node(kind, *sections, uuid=identifier(kind, key or name))
    return document("MetaDataObject", "http://v8.1c.ru/8.3/MDClasses", OBJECTS, [found])


def generated(kind: str, name: str, categories: Iterable[str]) -> Node:
    """The types that the platform makes of an object."""
    return node(
        "InternalInfo",
        *(
            node(
                "xr:GeneratedType",
                leaf("xr:TypeId", identifier(kind, name, category, "type")),
                leaf("xr:ValueId", identifier(kind, name, category, "value")),
                name=f"{kind}{category}.{name}",
                category=category,
            )
            for category in categories
        ),
    )


def named(name: str, synonym: str, comment: str = "") -> list[Node]:
    return [leaf("Name", name), phrase("Synonym", synonym), leaf("Comment", comment)]


def string(length: int) -> Node:
    """0 is without a limit."""
    qualifiers = node("v8:StringQualifiers", *leaves(**{"v8:Length": length, "v8:AllowedLength": "Variable"}))
    return node("Type", leaf("v8:Type", "xs:string"), qualifiers)


def number(digits: int) -> Node:
    qualifiers = {"v8:Digits": digits, "v8:FractionDigits": 0, "v8:AllowedSign": "Nonnegative"}
    return node("Type", leaf("v8:Type", "xs:decimal"), node("v8:NumberQualifiers", *leaves(**qualifiers)))


def moment() -> Node:
    return node("Type", leaf("v8:Type", "xs:dateTime"), node("v8:DateQualifiers", leaf("v8:DateFractions", "DateTime")))


# What dumps say of a field's editing.
def editing(password: bool = False) -> list[Node]:
    return [
        *leaves(PasswordMode=password, Format="", EditFormat="", ToolTip="", MarkNegatives=False, Mask=""),
        *leaves(MultiLine=False, ExtendedEdit=False),
        nil("MinValue"),
        nil("MaxValue"),
    ]


def choosing(*between: Node) -> list[Node]:
    return [
        *leaves(ChoiceFoldersAndItems="Items", ChoiceParameterLinks="", ChoiceParameters="", QuickChoice="Auto"),
        *between,
        *leaves(ChoiceForm="", LinkByType="", ChoiceHistoryOnInput="Auto"),
    ]


NO_HISTORY = {
    "DataHistory": "DontUse",
    "UpdateDataHistoryImmediatelyAfterWrite": False,
    "ExecuteAfterWriteDataHistoryVersionProcessing": False,
}


def constant(name: str, synonym: str, kind: Node, password: bool = False) -> bytes:
    properties = node(
        "Properties",
        *named(name, synonym),
        kind,
        *leaves(UseStandardCommands=False, DefaultForm="", ExtendedPresentation="", Explanation=""),
        *editing(password),
        leaf("FillChecking", "DontCheck"),
        *choosing(),
        *leaves(DataLockControlMode="Managed", **NO_HISTORY),
    )
    return metadata("Constant", name, generated("Constant", name, ("Manager", "ValueManager", "ValueKey")), properties)


@dataclasses.dataclass(frozen=True)
class Part:
    """A dimension or a resource of a register."""

    name: str
    synonym: str
    kind: Node
    dimension: bool = False
    indexed: bool = False

    def node(self, register: str) -> Node:
        text = any(child and child.inside == "xs:string" for child in self.kind.inside if isinstance(child, Node))
        empty = typed("FillValue", "xs:string", "") if self.dimension and text else nil("FillValue")
        of_dimension = leaves(Master=False, MainFilter=False, DenyIncompleteValues=True) if self.dimension else []
        properties = node(
            "Properties",
            *named(self.name, self.synonym),
            self.kind,
            *editing(),
            leaf("FillFromFillingValue", False),
            empty,
            leaf("FillChecking", "ShowError" if self.dimension else "DontCheck"),
            *choosing(leaf("CreateOnInput", "Auto")),
            *of_dimension,
            *leaves(Indexing="Index" if self.indexed else "DontIndex", FullTextSearch="DontUse", DataHistory="DontUse"),
        )
        tag = "Dimension" if self.dimension else "Resource"
        return node(tag, properties, uuid=identifier("InformationRegister", register, self.name))


def register(name: str, synonym: str, *parts: Part) -> bytes:
    """An independent information register without a period. Neither full text search nor a history of the data holds what is in it."""
    categories = ("Record", "Manager", "Selection", "List", "RecordSet", "RecordKey", "RecordManager")
    properties = node(
        "Properties",
        *named(name, synonym),
        *leaves(UseStandardCommands=False, EditType="InDialog"),
        *leaves(DefaultRecordForm="", DefaultListForm="", AuxiliaryRecordForm="", AuxiliaryListForm=""),
        *leaves(InformationRegisterPeriodicity="Nonperiodical", WriteMode="Independent", MainFilterOnPeriod=False),
        *leaves(IncludeHelpInContents=False, DataLockControlMode="Managed", FullTextSearch="DontUse"),
        *leaves(EnableTotalsSliceFirst=False, EnableTotalsSliceLast=False),
        *leaves(RecordPresentation="", ExtendedRecordPresentation="", ListPresentation="", ExtendedListPresentation=""),
        *leaves(Explanation="", **NO_HISTORY),
    )
    # As dumps have them: resources first.
    ordered = sorted(parts, key=lambda part: part.dimension)
    children = node("ChildObjects", *(part.node(name) for part in ordered))
    return metadata(
        "InformationRegister", name, generated("InformationRegister", name, categories), properties, children
    )


def common_module(name: str, synonym: str, client: bool = False, call: bool = False) -> bytes:
    flags = {
        "Global": False,
        "ClientManagedApplication": client,
        "Server": not client,
        # Never: the modules put the privileged mode on, and whoever may connect from outside could call what they export.
        "ExternalConnection": False,
        "ClientOrdinaryApplication": False,
        "ServerCall": call,
        "Privileged": False,
        "ReturnValuesReuse": "DontUse",
    }
    return metadata("CommonModule", name, node("Properties", *named(name, synonym), *leaves(**flags)))


def add_in_template(name: str, synonym: str, key: str) -> bytes:
    properties = node("Properties", *named(name, synonym), leaf("TemplateType", "AddIn"))
    return metadata("CommonTemplate", name, properties, key=key)


def http_service(name: str, synonym: str, root: str, template: tuple[str, str], method: tuple[str, str, str]) -> bytes:
    """``template`` is its name and its path; ``method`` its name, HTTP's method and the handler."""
    of_method = node("Properties", *named(method[0], method[0]), *leaves(HTTPMethod=method[1], Handler=method[2]))
    of_template = node("Properties", *named(template[0], template[0]), leaf("Template", template[1]))
    template_node = node(
        "URLTemplate",
        of_template,
        node("ChildObjects", node("Method", of_method, uuid=identifier("HTTPService", name, *template[:1], method[0]))),
        uuid=identifier("HTTPService", name, template[0]),
    )
    properties = node(
        "Properties",
        *named(name, synonym),
        *leaves(RootURL=root, ReuseSessions="DontUse", SessionMaxAge=20),
    )
    return metadata("HTTPService", name, properties, node("ChildObjects", template_node))


PLATFORM = typed("v8:Value", "app:ApplicationUsePurpose", "PlatformApplication")


def common_form(name: str, synonym: str) -> bytes:
    properties = node(
        "Properties",
        *named(name, synonym),
        *leaves(FormType="Managed", IncludeHelpInContents=False),
        node("UsePurposes", PLATFORM),
        *leaves(UseStandardCommands=True, ExtendedPresentation="", Explanation=""),
    )
    return metadata("CommonForm", name, properties)


def reference(full_name: str) -> Node:
    return typed("xr:Item", "xr:MDObjectRef", full_name)


def subsystem(name: str, synonym: str, content: Iterable[str]) -> bytes:
    properties = node(
        "Properties",
        *named(name, synonym),
        *leaves(IncludeHelpInContents=False, IncludeInCommandInterface=True, UseOneCommand=False),
        *leaves(Explanation="", Picture=""),
        node("Content", *map(reference, content)),
    )
    return metadata("Subsystem", name, properties, leaf("ChildObjects"))


def role(name: str, synonym: str) -> bytes:
    return metadata("Role", name, node("Properties", *named(name, synonym)))


def rights(granted: Mapping[str, Iterable[str]]) -> bytes:
    """Each object, and what may be done with it."""
    objects = (
        node(
            "object",
            leaf("name", full_name),
            *(node("right", leaf("name", right), leaf("value", True)) for right in names),
        )
        for full_name, names in granted.items()
    )
    prefixes = {prefix: CORE[prefix] for prefix in ("xs", "xsi")}
    defaults = leaves(setForNewObjects=False, setForAttributesByDefault=True, independentRightsOfChildObjects=False)
    return document("Rights", "http://v8.1c.ru/8.2/roles", prefixes, [*defaults, *objects], **{"xsi:type": "Rights"})


def configuration(name: str, prefix: str, synonym: str, version: str, children: Iterable[tuple[str, str]]) -> bytes:
    """It adopts nothing of the configuration that it extends, not even the language, and so fits any."""
    contained = (
        node(
            "xr:ContainedObject",
            leaf("xr:ClassId", class_id),
            leaf("xr:ObjectId", identifier("Configuration", name, class_id)),
        )
        for class_id in CONTAINED
    )
    properties = node(
        "Properties",
        leaf("ObjectBelonging", "Adopted"),
        *named(name, synonym),
        leaf("ConfigurationExtensionPurpose", "AddOn"),
        leaf("KeepMappingToExtendedConfigurationObjectsByIDs", False),
        leaf("NamePrefix", prefix),
        leaf("ConfigurationExtensionCompatibilityMode", "Version8_3_17"),
        leaf("DefaultRunMode", "ManagedApplication"),
        node("UsePurposes", PLATFORM),
        *leaves(ScriptVariant="Russian", Vendor="osign", Version=version),
        *leaves(BriefInformation="", DetailedInformation="", Copyright=""),
        *leaves(VendorInformationAddress="", ConfigurationInformationAddress=""),
    )
    objects = node("ChildObjects", *(leaf(kind, child) for kind, child in children))
    return metadata("Configuration", name, node("InternalInfo", *contained), properties, objects)


class FormWriter:
    """The file of a managed form. Each element has a number of its own, and the menus and hints that go with it."""

    def __init__(self) -> None:
        self.last = 0

    def element(self, tag: str, name: str, *children: Node | None) -> Node:
        self.last += 1
        return node(tag, *children, name=name, id=str(self.last))

    def menu(self, name: str) -> Node:
        return self.element("ContextMenu", name + "КонтекстноеМеню")

    def hint(self, name: str) -> Node:
        return self.element("ExtendedTooltip", name + "РасширеннаяПодсказка")

    def field(self, tag: str, name: str, path: str, *properties: Node) -> Node:
        return self.element(tag, name, leaf("DataPath", path), *properties, self.menu(name), self.hint(name))

    def button(self, command: str) -> Node:
        name = "Кнопка" + command
        kind, full_name = leaf("Type", "CommandBarButton"), leaf("CommandName", f"Form.Command.{command}")
        return self.element("Button", name, kind, full_name, self.hint(name))

    def group(self, name: str, title: str, *children: Node) -> Node:
        shape = leaves(Group="Vertical", Representation="NormalSeparation")
        return self.element(
            "UsualGroup", name, phrase("Title", title), *shape, self.hint(name), node("ChildItems", *children)
        )

    def addition(self, tag: str, name: str, table: str, kind: str) -> Node:
        source = node("AdditionSource", *leaves(Item=table, Type=kind))
        return self.element(tag, name, source, self.menu(name), self.hint(name))

    def table(self, name: str, columns: Iterable[str]) -> Node:
        return self.element(
            "Table",
            name,
            *leaves(Representation="List", ReadOnly=True, ChangeRowSet=False, ChangeRowOrder=False, DataPath=name),
            self.menu(name),
            self.element("AutoCommandBar", name + "КоманднаяПанель", leaf("Autofill", False)),
            self.hint(name),
            self.addition("SearchStringAddition", name + "СтрокаПоиска", name, "SearchStringRepresentation"),
            self.addition("ViewStatusAddition", name + "СостояниеПросмотра", name, "ViewStatusRepresentation"),
            self.addition("SearchControlAddition", name + "УправлениеПоиском", name, "SearchControl"),
            node("ChildItems", *(self.field("LabelField", name + column, f"{name}.{column}") for column in columns)),
        )


def form(
    build: Callable[[FormWriter], tuple[Node, list[Node]]], attributes: list[Node], commands: dict[str, str]
) -> bytes:
    """``build`` makes the command bar and the elements; ``commands`` are their names and titles, the handlers named alike."""
    bar, items = build(FormWriter())
    commands_node = node(
        "Commands",
        *(
            node(
                "Command", phrase("Title", title), phrase("ToolTip", title), leaf("Action", name), name=name, id=str(at)
            )
            for at, (name, title) in enumerate(commands.items(), 1)
        ),
    )
    events = node("Events", Node("Event", "ПриСозданииНаСервере", (("name", "OnCreateAtServer"),)))
    children = [bar, events, node("ChildItems", *items), node("Attributes", *attributes), commands_node]
    return document("Form", "http://v8.1c.ru/8.3/xcf/logform", FORMS, children)
