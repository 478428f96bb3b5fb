"""The ontology as data: event types, their triggers, frames and cues, read from YAML and checked by line."""

import dataclasses
import functools
import hashlib
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from schemas.codes import EVENT_CLASSES, REALIS, ROLES, SECTORS, STATUSES
from schemas.yamls import Loader, load_yaml

DEFAULT = pathlib.Path(__file__).with_name("data") / "ontology" / "default.yaml"
INFLECTIONS = DEFAULT.with_name("inflections.yaml")

_MIDDLE_RANK = 5
NEEDS = ("party", "parties", "item", "arms", "flow", "stake", "money_object")
COMMANDS = ("verbs", "subjects", "objects")
ENDINGS = ("rejected", "cancelled", "suspended", "undone", "bearers")
SLOTS = (*ROLES, "item", "counterpart")


@dataclasses.dataclass(frozen=True)
class Frame:
    """Which grammatical relation of a trigger fills which slot (one of `SLOTS`)."""

    name: str
    subject: str | None
    object: str | None
    indirect: str | None
    prepositions: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A word or phrase that may report an event of `event_type` ("class/type").

    Attributes:
        words: The lemmas of the phrase, in order.
        verb: Whether the phrase is headed by a verb.
        needs: What must stand beside it, values of `NEEDS`.
        object_words: Where given, a direct object must have one of these lemmas.
        light: For nouns, the frame to use under a support verb (lemma to frame).
    """

    event_type: str
    words: tuple[str, ...]
    verb: bool
    frame: Frame
    needs: tuple[str, ...]
    object_words: frozenset[str]
    light: Mapping[str, Frame]


@dataclasses.dataclass(frozen=True)
class EventType:
    """An event type.

    Attributes:
        rank: How specific it is: of several words that report one event, the one of the higher rank leads.
        sector: The field that it mostly belongs to.
        plover, cameo: The nearest PLOVER type and CAMEO code.
        by_sector: How the field refines the codes.
        directed: Whether one gives and another gets.
    """

    rank: int
    sector: str
    plover: str
    cameo: str
    by_sector: Mapping[str, Mapping[str, str]]
    directed: bool


@dataclasses.dataclass(frozen=True)
class Refinement:
    """A type that gives way to another where the goods say so."""

    types: frozenset[str]
    triggers: frozenset[str]
    goods: frozenset[str]
    without: frozenset[str]
    becomes: str


@dataclasses.dataclass(frozen=True)
class Ontology:
    """Everything the extractor knows of events, compiled for look-up."""

    types: Mapping[str, EventType]
    by_status: Mapping[str, Mapping[str, Mapping[str, str]]]
    triggers: Mapping[str, Sequence[Trigger]]
    refine: Sequence[Refinement]
    alternatives: Mapping[str, frozenset[str]]
    support_verbs: Mapping[str, str]
    status_cues: Mapping[str, frozenset[str]]
    realis_cues: Mapping[str, frozenset[str]]
    sector_cues: Mapping[str, frozenset[str]]
    stage_words: Mapping[str, frozenset[str]]
    """Classes of words that bear on stage and realis, for the fitted models."""
    endings: Mapping[str, frozenset[str]]
    """Words that plainly say that what they govern was refused, cancelled or stopped, by status; `undone` and
    `bearers` besides."""
    genres: Mapping[str, frozenset[str]]
    """Kinds of document by words near the beginning."""
    not_triggers: tuple[str, ...]
    commands: Mapping[str, frozenset[str]]
    """The `verbs` that may give a command, by which `subjects` and of which `objects` they do."""
    not_prices: frozenset[str]
    reporting_verbs: frozenset[str]
    goods: Mapping[str, frozenset[str]]
    stages: Mapping[str, Mapping[str, str]]
    digest: str


class OntologyError(ValueError):
    """A mistake in an ontology file; the message has one line per mistake, each with its place."""


def load_ontology(path: str | pathlib.Path | None = None) -> Ontology:
    """Return the ontology in `path`, or the one that is shipped.

    Raises:
        OntologyError: If the file cannot be read or has mistakes.
    """
    return _load(pathlib.Path(path) if path else DEFAULT)


def check_ontology(path: str | pathlib.Path) -> list[str]:
    """Return the mistakes of an ontology file, each as `line N: what is wrong`."""
    return _read(path)[2]


def _read(path: str | pathlib.Path) -> tuple[str, Mapping[str, Any], list[str]]:
    """Return the text of an ontology file, what it holds, and its mistakes."""
    try:
        text = pathlib.Path(path).read_text("utf-8")
        node = yaml.compose(text, Loader=Loader)
        data = load_yaml(text)
    except (OSError, UnicodeDecodeError) as error:
        return "", {}, [f"{path}: {error}"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return "", {}, [f"line {mark.line + 1 if mark else '?'}: {getattr(error, 'problem', error)}"]
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        return "", {}, ["line 1: an ontology is a mapping with the keys frames, types, triggers ..."]
    return text, data, list(_mistakes(data, node))


@functools.cache
def _load(path: pathlib.Path) -> Ontology:
    text, data, mistakes = _read(path)
    if mistakes:
        raise OntologyError("\n".join(mistakes))
    frames = {name: _frame(name, spec) for name, spec in data["frames"].items()}
    return Ontology(
        types={f"{t['class']}/{t['type']}": _event_type(t) for t in data["types"]},
        by_status=data.get("by_status") or {},
        triggers=_index(t for spec in data["triggers"] for t in _triggers(spec, frames)),
        refine=tuple(_refinement(r) for r in data.get("refine") or ()),
        alternatives={t: frozenset(others) for t, others in (data.get("alternatives") or {}).items()},
        support_verbs={v: status for status, verbs in (data.get("support_verbs") or {}).items() for v in verbs},
        status_cues=_sets(data.get("status_cues")),
        realis_cues=_sets(data.get("realis_cues")),
        sector_cues=_sets(data.get("sector_cues")),
        stage_words=_sets(data.get("stage_words")),
        endings=_sets(data.get("endings")),
        genres=_sets(data.get("genres")),
        not_triggers=tuple(data.get("not_triggers") or ()),
        commands=_sets(data.get("commands")),
        not_prices=frozenset(data.get("not_prices") or ()),
        reporting_verbs=frozenset(data.get("reporting_verbs") or ()),
        goods=_sets(data.get("goods")),
        stages=data.get("stages") or {},
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _sets(spec: Mapping[str, Sequence[str]] | None) -> dict[str, frozenset[str]]:
    return {key: frozenset(str(w).lower() for w in words) for key, words in (spec or {}).items()}


def _frame(name: str, spec: Mapping[str, Any]) -> Frame:
    return Frame(name, spec.get("subject"), spec.get("object"), spec.get("indirect"), spec.get("prepositions") or {})


def _event_type(spec: Mapping[str, Any]) -> EventType:
    directed = bool(spec.get("directed", spec["class"] == "deal"))
    return EventType(
        rank=int(spec.get("rank", _MIDDLE_RANK)),
        sector=spec.get("sector", "diplomatic"),
        plover=spec["plover"],
        cameo=str(spec["cameo"]),
        by_sector=spec.get("by_sector") or {},
        directed=directed,
    )


def _triggers(spec: Mapping[str, Any], frames: Mapping[str, Frame]) -> Iterator[Trigger]:
    object_words = spec.get("object_words") or {}
    light = {verb: frames[name] for verb, name in (spec.get("light") or {}).items()}
    for key, verb in (("verbs", True), ("nouns", False)):
        for phrase in spec.get(key) or ():
            yield Trigger(
                event_type=spec["type"],
                words=tuple(str(phrase).lower().split()),
                verb=verb,
                frame=frames[spec["frame"]],
                needs=tuple(spec.get("needs") or ()),
                object_words=frozenset(object_words.get(phrase) or ()),
                light=light if not verb else {},
            )


def _index(triggers: Iterator[Trigger]) -> dict[str, list[Trigger]]:
    index: dict[str, list[Trigger]] = {}
    for trigger in triggers:
        index.setdefault(trigger.words[0], []).append(trigger)
    return index


def _refinement(spec: Mapping[str, Any]) -> Refinement:
    return Refinement(
        frozenset(spec["types"]),
        frozenset(spec.get("triggers") or ()),
        frozenset(spec["goods"]),
        frozenset(spec.get("without") or ()),
        spec["becomes"],
    )


def _mistakes(data: Mapping[str, Any], node: yaml.MappingNode) -> Iterator[str]:
    places = _places(node)
    for key in ("frames", "types", "triggers"):
        if not data.get(key):
            yield f"line 1: `{key}` is missing or empty"
    yield from _frame_mistakes(data.get("frames") or {}, places)
    types = {f"{t.get('class')}/{t.get('type')}" for t in data.get("types") or () if isinstance(t, dict)}
    yield from _type_mistakes(data.get("types") or (), places)
    for i, spec in enumerate(data.get("triggers") or ()):
        for mistake in _trigger_mistakes(spec, types, data.get("frames") or {}):
            yield f"line {places.get(('triggers', i), '?')}: {mistake}"
    for name, others in (data.get("alternatives") or {}).items():
        for wrong in sorted({name, *others} - types):
            yield f"line {places.get(('alternatives', name), '?')}: alternatives: {wrong!r} is not among `types`"
    for key, allowed in (
        ("status_cues", STATUSES),
        ("realis_cues", REALIS),
        ("sector_cues", SECTORS),
        ("endings", ENDINGS),
        ("commands", COMMANDS),
    ):
        for name in data.get(key) or {}:
            if name not in allowed:
                yield f"line {places.get((key, name), '?')}: {key} has no {name!r}; choose from {', '.join(allowed)}"


def _frame_mistakes(frames: Mapping[str, Any], places: Mapping[tuple[str, Any], int]) -> Iterator[str]:
    for name, spec in frames.items():
        line = places.get(("frames", name), "?")
        if not isinstance(spec, dict):
            yield f"line {line}: frame {name!r} must be a mapping such as {{subject: supplier, object: item}}"
            continue
        slots = [spec.get(k) for k in ("subject", "object", "indirect")] + list(
            (spec.get("prepositions") or {}).values()
        )
        for slot in slots:
            if slot is not None and slot not in SLOTS:
                yield f"line {line}: frame {name!r}: {slot!r} is no slot; choose from {', '.join(SLOTS)}"


def _type_mistakes(types: Sequence[Any], places: Mapping[tuple[str, Any], int]) -> Iterator[str]:
    for i, spec in enumerate(types):
        line = places.get(("types", i), "?")
        missing = [k for k in ("class", "type", "plover", "cameo") if not (isinstance(spec, dict) and spec.get(k))]
        if missing:
            yield f"line {line}: a type needs {', '.join(missing)}"
        elif spec.get("sector", "other") not in SECTORS:
            yield f"line {line}: sector {spec['sector']!r}; choose from {', '.join(SECTORS)}"
        elif spec["class"] not in EVENT_CLASSES:
            yield f"line {line}: class {spec['class']!r}; choose from {', '.join(EVENT_CLASSES)}"


def _trigger_mistakes(spec: Any, types: set[str], frames: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(spec, dict):
        yield "a trigger entry must be a mapping with type, frame and verbs or nouns"
        return
    if spec.get("type") not in types:
        yield f"type {spec.get('type')!r} is not among `types` (write it as class/type)"
    for name in (spec.get("frame"), *(spec.get("light") or {}).values()):
        if name not in frames:
            yield f"frame {name!r} is not among `frames`"
    if not (spec.get("verbs") or spec.get("nouns")):
        yield "no verbs and no nouns"
    for need in spec.get("needs") or ():
        if need not in NEEDS:
            yield f"needs {need!r}; choose from {', '.join(NEEDS)}"


def _places(node: yaml.MappingNode) -> dict[tuple[str, Any], int]:
    """Return the line of each entry under each top-level key."""
    places: dict[tuple[str, Any], int] = {}
    for key, value in node.value:
        if isinstance(value, yaml.SequenceNode):
            places |= {(key.value, i): entry.start_mark.line + 1 for i, entry in enumerate(value.value)}
        elif isinstance(value, yaml.MappingNode):
            places |= {(key.value, k.value): k.start_mark.line + 1 for k, _ in value.value}
    return places
