"""Stands in for `dataclasses` in the cold path, which lives for one decision.

The library writes and compiles source text for every class, which takes a third of a cold start. The classes made here
behave alike in what this package uses: `dataclass(frozen=, slots=)`, `field`, `fields`, `replace`. What they would have
to leave out is refused when the class is made.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False  # importing typing for it would cost
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

MISSING = object()


class FrozenInstanceError(AttributeError):
    """A frozen value was to be changed."""


class Field:
    """One field of a class, with the library's own words."""

    __slots__ = ("compare", "default", "default_factory", "init", "name", "repr")

    def __init__(self, default: object, default_factory: object, flags: tuple[bool, bool, bool]) -> None:
        self.name = ""
        self.default = default
        self.default_factory: Any = default_factory
        self.init, self.compare, self.repr = flags


def field(
    *,
    default: object = MISSING,
    default_factory: object = MISSING,
    init: bool = True,
    compare: bool = True,
    repr: bool = True,  # noqa: A002 - the library's own word
) -> Field:
    """As `dataclasses.field`."""
    return Field(default, default_factory, (init, compare, repr))


def fields(owner: Any) -> tuple[Field, ...]:
    """As `dataclasses.fields`."""
    return tuple(owner.__dataclass_fields__.values())


def replace(value: Any, /, **changes: object) -> Any:
    """As `dataclasses.replace`."""
    held = {one.name: getattr(value, one.name) for one in fields(value) if one.init and one.name not in changes}
    return type(value)(**held, **changes)


def dataclass(
    owner: type | None = None, /, *, frozen: bool = False, slots: bool = False
) -> type | Callable[[type], type]:
    """As `dataclasses.dataclass` with these two options."""
    if owner is not None:
        return _made(owner, frozen=frozen, slots=slots)
    return lambda given: _made(given, frozen=frozen, slots=slots)


def _made(owner: type, *, frozen: bool, slots: bool) -> type:
    if any("__dataclass_fields__" in vars(base) for base in owner.__mro__[1:]):
        raise TypeError(f"the cold path has no dataclass that inherits from another, as `{owner.__name__}`")
    listed = {name: _field(owner, name) for name in vars(owner).get("__annotations__", {})}
    held = {name: value for name, value in vars(owner).items() if name not in {*listed, "__dict__", "__weakref__"}}
    if slots:
        held["__slots__"] = tuple(listed)
    else:
        held |= {name: one.default for name, one in listed.items() if one.default is not MISSING}
    held |= {"__dataclass_fields__": listed, "__match_args__": _taken(listed)}
    held["__init__"] = _init(listed, completes="__post_init__" in held)
    _compare(held, _values([name for name, one in listed.items() if one.compare]), frozen=frozen)
    held.setdefault("__repr__", _shown)
    if frozen:
        held |= {"__setattr__": _refuse, "__delattr__": _refuse}
    return type(owner)(owner.__name__, owner.__bases__, held)


def _field(owner: type, name: str) -> Field:
    default = vars(owner).get(name, MISSING)
    one = default if isinstance(default, Field) else field(default=default)
    one.name = name
    return one


def _compare(held: dict[str, object], values: Callable[[object], object], *, frozen: bool) -> None:
    def same(one: object, other: object) -> object:
        return values(one) == values(other) if type(one) is type(other) else NotImplemented

    held.setdefault("__eq__", same)
    held["__hash__"] = (lambda one: hash(values(one))) if frozen else None


def _values(names: list[str]) -> Callable[[object], object]:
    """What reads the fields of these names, always as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda one: (getattr(one, names[0]),)) if names else lambda _: ()


def _taken(listed: Mapping[str, Field]) -> tuple[str, ...]:
    return tuple(name for name, one in listed.items() if one.init)


def _init(listed: Mapping[str, Field], *, completes: bool) -> Callable[..., None]:
    names = _taken(listed)
    fixed = {name: one.default for name, one in listed.items() if one.default is not MISSING}
    made = {name: one.default_factory for name, one in listed.items() if one.default_factory is not MISSING}
    put = object.__setattr__

    def init(self: Any, *given: object, **named: object) -> None:
        if len(given) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} values")
        for name, value in zip(names, given, strict=False):
            put(self, name, value)
        for name in names[len(given) :]:
            if name in named:
                put(self, name, named.pop(name))
            elif name in fixed:
                put(self, name, fixed[name])
            elif name in made:
                put(self, name, made[name]())
            else:
                raise TypeError(f"{type(self).__name__} lacks `{name}`")
        if named:
            raise TypeError(f"{type(self).__name__} does not take {', '.join(named)}")
        if completes:
            self.__post_init__()

    return init


def _shown(value: object) -> str:
    told = (f"{one.name}={getattr(value, one.name)!r}" for one in fields(value) if one.repr)
    return f"{type(value).__qualname__}({', '.join(told)})"


def _refuse(value: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot change `{name}` of a {type(value).__name__}")
