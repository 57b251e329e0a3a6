"""A host of the add-in in Python: what 1C does with the library on 64-bit Linux, so that the modules can be run over the real one.

The platform's interfaces are C++ classes; here they are their tables, as the Itanium ABI lays them out: two destructors first. What
the library allocates for its host, the host frees.
"""

import ctypes
import pathlib
from collections.abc import Callable

from interpreter import Error, Missing
from platform_stub import Binary

LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.malloc.argtypes = [ctypes.c_size_t]
LIBC.free.argtypes = [ctypes.c_void_p]

EMPTY, I4, R8, BOOL, PWSTR, BLOB, I8 = 0, 3, 5, 11, 22, 23, 17


class Variant(ctypes.Structure):
    """The union is 56 bytes long here; what is in it stands at its start."""

    _fields_ = (("data", ctypes.c_uint8 * 56), ("element_size", ctypes.c_uint32), ("kind", ctypes.c_uint16))


class Piece(ctypes.Structure):
    """A text or bytes in a Variant. Lengths count units of a text, without the NUL."""

    _fields_ = (("pointer", ctypes.c_void_p), ("length", ctypes.c_uint32))


POINTER, LONG, BYTE = ctypes.c_void_p, ctypes.c_long, ctypes.c_uint8
VARIANT = ctypes.POINTER(Variant)


def table(functions: list) -> tuple[ctypes.Array, ctypes.Array]:
    """An object of the host's own: its table, and the pointer to it."""
    entries = (POINTER * len(functions))(*(ctypes.cast(function, POINTER) for function in functions))
    return entries, (POINTER * 1)(ctypes.addressof(entries))


@ctypes.CFUNCTYPE(None, POINTER)
def unused(_: int) -> None:
    raise AssertionError("the add-in calls what it has no business with")


@ctypes.CFUNCTYPE(BYTE, POINTER, ctypes.POINTER(POINTER), ctypes.c_ulong)
def allocate(_: int, pointer: object, size: int) -> int:
    pointer[0] = LIBC.malloc(max(size, 1))
    return 1


@ctypes.CFUNCTYPE(None, POINTER, ctypes.POINTER(POINTER))
def release(_: int, pointer: object) -> None:
    LIBC.free(pointer[0])
    pointer[0] = None


MEMORY_TABLE, MEMORY = table([unused, unused, allocate, release])


def wide(text: str) -> ctypes.Array:
    return ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")


def read_wide(address: int, length: int | None = None) -> str:
    if length is None:
        length = 0
        while ctypes.c_uint16.from_address(address + 2 * length).value:
            length += 1
    return ctypes.string_at(address, 2 * length).decode("utf-16-le")


class Library:
    """The add-in's file. Its objects are made by the names of its classes."""

    def __init__(self, path: pathlib.Path) -> None:
        self.library = ctypes.CDLL(str(path))
        self.library.GetClassObject.argtypes = [POINTER, ctypes.POINTER(POINTER)]
        self.library.GetClassObject.restype = LONG
        self.library.SetPlatformCapabilities(3)

    def create(self, class_name: str, kind: "type[Component] | None" = None) -> "Component":
        made = POINTER()
        name = wide(class_name)
        if not self.library.GetClassObject(ctypes.addressof(name), ctypes.byref(made)):
            raise Missing(f"the class {class_name}")
        return (kind or Component)(self.library, made)


# Where a function stands in its interface's table, past the two destructors.
INIT, SET_MEMORY = 2, 3
FIND_PROPERTY, GET_PROPERTY, FIND_METHOD, PARAMETERS, DEFAULT, RETURNS, PROCEDURE, FUNCTION = (
    4,
    6,
    11,
    13,
    14,
    15,
    16,
    17,
)


class Component:
    """One object of the add-in, with its members by their names, as the interpreter asks for them."""

    def __init__(self, library: ctypes.CDLL, pointer: ctypes.c_void_p) -> None:
        self.library, self.pointer = library, pointer
        self.error = ""
        self.add_error = ctypes.CFUNCTYPE(BYTE, POINTER, ctypes.c_uint16, POINTER, POINTER, LONG)(self.heard)
        self.connection_table, self.connection = table([unused, unused, self.add_error, *[unused] * 10])
        self.call(0, INIT, BYTE, [POINTER], ctypes.addressof(self.connection))
        self.call(0, SET_MEMORY, BYTE, [POINTER], ctypes.addressof(MEMORY))

    def heard(self, _: int, code: int, source: int, text: int, status: int) -> int:
        self.error = read_wide(text)
        return 1

    def call(self, interface: int, slot: int, result: object, kinds: list, *arguments: object) -> object:
        this = self.pointer.value + 8 * interface
        entries = POINTER.from_address(this).value
        function = POINTER.from_address(entries + 8 * slot).value
        return ctypes.CFUNCTYPE(result, POINTER, *kinds)(function)(this, *arguments)

    def find(self, slot: int, name: str) -> int:
        text = wide(name)
        return self.call(1, slot, LONG, [POINTER], ctypes.addressof(text))

    def has_field(self, name: str) -> bool:
        if self.find(FIND_PROPERTY, name) >= 0 or self.find(FIND_METHOD, name) >= 0:
            return True
        raise Missing(f"the add-in has no {name}")

    def get_field(self, name: str) -> object:
        number = self.find(FIND_PROPERTY, name)
        if number < 0:
            return self.method(name)
        value = Variant()
        if not self.call(1, GET_PROPERTY, BYTE, [LONG, VARIANT], number, ctypes.byref(value)):
            raise Missing(f"the property {name}")
        return taken(value)

    def method(self, name: str) -> Callable:
        number = self.find(FIND_METHOD, name)
        count = self.call(1, PARAMETERS, LONG, [LONG], number)

        def method(*given: object) -> object:
            assert len(given) <= count, f"{name} is given {len(given)} parameters"
            arguments, kept = (Variant * max(count, 1))(), []
            for at in range(count):
                if at < len(given) and given[at] is not None:
                    put(arguments[at], given[at], kept)
                else:
                    wanted = ctypes.byref(arguments[at])
                    self.call(1, DEFAULT, BYTE, [LONG, LONG, VARIANT], number, at, wanted)
                    kept.append(defaulted(arguments[at]))
            return self.invoke(number, arguments, count)

        return method

    def invoke(self, number: int, arguments: ctypes.Array, count: int) -> object:
        self.error = ""
        result = Variant()
        if self.call(1, RETURNS, BYTE, [LONG], number):
            kinds = [LONG, VARIANT, VARIANT, LONG]
            done = self.call(1, FUNCTION, BYTE, kinds, number, ctypes.byref(result), arguments, count)
        else:
            done = self.call(1, PROCEDURE, BYTE, [LONG, VARIANT, LONG], number, arguments, count)
        if not done:
            raise Error(self.error)
        return taken(result)

    def destroy(self) -> None:
        self.library.DestroyObject(ctypes.byref(self.pointer))


def piece(value: Variant) -> Piece:
    return Piece.from_address(ctypes.addressof(value))


def defaulted(value: Variant) -> object:
    """A default's memory is the host's; it is handed over, and kept as long as the call takes."""
    if value.kind not in (PWSTR, BLOB):
        return None
    size = piece(value).length * (2 if value.kind == PWSTR else 1)
    copy = ctypes.create_string_buffer(ctypes.string_at(piece(value).pointer, size) + b"\0\0")
    LIBC.free(piece(value).pointer)
    piece(value).pointer = ctypes.addressof(copy)
    return copy


def put(target: Variant, value: object, kept: list) -> None:
    address = ctypes.addressof(target)
    if isinstance(value, bool):
        target.kind = BOOL
        ctypes.c_uint8.from_address(address).value = value
    elif isinstance(value, int) and -(2**31) <= value < 2**31:
        target.kind = I4
        ctypes.c_int32.from_address(address).value = value
    elif isinstance(value, (int, float)):
        target.kind = R8
        ctypes.c_double.from_address(address).value = value
    else:
        text = isinstance(value, str)
        data = value.encode("utf-16-le") if text else bytes(value)
        kept.append(ctypes.create_string_buffer(data + b"\0\0"))
        target.kind = PWSTR if text else BLOB
        piece(target).pointer = ctypes.addressof(kept[-1])
        piece(target).length = len(data) // 2 if text else len(data)


def taken(value: Variant) -> object:
    """A value of the add-in's; its memory is given back."""
    address = ctypes.addressof(value)
    if value.kind == BOOL:
        return bool(ctypes.c_uint8.from_address(address).value)
    if value.kind == I4:
        return ctypes.c_int32.from_address(address).value
    if value.kind == R8:
        number = ctypes.c_double.from_address(address).value
        return int(number) if number.is_integer() else number
    if value.kind == EMPTY:
        return None
    if value.kind not in (PWSTR, BLOB):
        raise Missing(f"a value of the kind {value.kind}")
    found = piece(value)
    text = value.kind == PWSTR
    result = read_wide(found.pointer, found.length) if text else Binary(ctypes.string_at(found.pointer, found.length))
    LIBC.free(found.pointer)
    return result
