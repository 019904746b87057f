"""How well personal data is found: stock Presidio beside ours, in one run, on development data.

    python -m tests.bench.text --data FOLDER [--only SET,SET] [--misses] [--no-stock]

A mention counts as found when every content word of it is masked. Token precision is the share of masked content words
that the annotation marks too. A document is free of direct leaks when every mention marked `direct` is masked.
"""

import argparse
import gc
import json
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import regex

from tests.bench import texts

WORD = regex.compile(r"[\p{L}\p{M}\d]+")
STOP = frozenset(
    "the a an of in on at to and or for from by with as is was be no mr mrs ms miss dr de la del el los las le les du des et y van von der den".split()
)
Mask = Callable[[list[dict[str, Any]], bool], list[list[tuple[int, int]]]]

_MEDIATION: dict[str, float] = {"recall": 93, "precision": 85, "clean": 90, "roster recall": 96, "roster clean": 95}
# Which measures are goals, by set: (recall, precision, documents without a direct leak, recall with the roster, documents with it).
GOALS: dict[str, dict[str, float]] = {
    "unseen_en": _MEDIATION,
    "unseen_es": {"roster recall": 85},
    "unseen_fr": {"roster recall": 85},
    "studied_en": _MEDIATION,
    "studied_es": {"roster recall": 85},
    "studied_fr": {"roster recall": 85},
    "mediation_sample": _MEDIATION,
    "tab_test": {"recall": 92, "precision": 84, "clean": 98.5},
    "sgd_chat": {"recall": 97.5},
    "ewt_email": {"person": 95, "roster person": 99},
    "synth_v2": {"recall": 93, "precision": 84},
}
APART = frozenset({"MEDICAL", "RELATION"})
UNSCORED: dict[str, frozenset[str]] = {
    "legalner": frozenset({"STATUTE", "PROVISION", "PRECEDENT", "COURT", "ORG", "GPE", "DATE", "CASE_NUMBER"})
}
PARTLY_LABELLED = frozenset({"ewt_email", "ewt_other", "legalner", "sgd_chat"})
TIMES = frozenset({"DATETIME", "DATE", "DATE_TIME", "TIME", "AGE", "DOB"})
PERSONS = frozenset(
    {"PERSON", "PER", "PERSON_NAME", "LAWYER", "OTHER_PERSON", "PETITIONER", "RESPONDENT", "JUDGE", "WITNESS"}
)


class Tally:
    """Counts for one set under one configuration."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self.right = self.masked = self.documents = self.clean = 0
        self.missed: list[tuple[str, str, str]] = []
        self.false: Counter[str] = Counter()
        self.hits: set[tuple[str, int]] = set()

    def add(self, record: dict[str, Any], spans: Iterable[tuple[int, int]], unscored: frozenset[str]) -> None:
        text = record["text"]
        mask = bytearray(len(text))
        for start, end in spans:
            mask[start:end] = b"\x01" * (end - start)
        gold = bytearray(len(text))
        spared = bytearray(len(text))
        for one in record.get("optional", ()):
            spared[one["start"] : one["end"]] = b"\x01" * (one["end"] - one["start"])
        clean = True
        for number, one in enumerate(record["spans"]):
            start, end, kind = one["start"], one["end"], one["type"]
            gold[start:end] = b"\x01" * (end - start)
            if kind in unscored:
                continue
            words = [word for word in WORD.finditer(text, start, end) if word[0].lower() not in STOP] or list(
                WORD.finditer(text, start, end)
            )
            caught = all(all(mask[word.start() : word.end()]) for word in words)
            self.total[kind] += 1
            self.found[kind] += caught
            if caught:
                self.hits.add((record["id"], number))
            else:
                self.missed.append((kind, text[start:end], text[max(0, start - 40) : end + 30].replace("\n", "⏎")))
                clean = clean and not one.get("direct")
        self.documents += 1
        self.clean += clean
        for word in WORD.finditer(text):
            if not any(mask[word.start() : word.end()]) or word[0].lower() in STOP:
                continue
            if any(gold[word.start() : word.end()]):
                self.right += 1
                self.masked += 1
            elif not any(spared[word.start() : word.end()]):
                self.masked += 1
                self.false[f"{word[0]}   <- {text[max(0, word.start() - 25) : word.end() + 20]!r}"] += 1

    def recall(self, kinds: Callable[[str], bool] = lambda kind: kind not in APART) -> float:
        total = sum(number for kind, number in self.total.items() if kinds(kind))
        return (
            100 * sum(number for kind, number in self.found.items() if kinds(kind)) / total if total else float("nan")
        )

    @property
    def precision(self) -> float:
        return 100 * self.right / self.masked if self.masked else float("nan")

    @property
    def clean_share(self) -> float:
        return 100 * self.clean / self.documents


def stock() -> Mask:
    """Presidio as it comes, with the same spaCy model, ORGANIZATION left out as its default configuration does."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

    from redaction.detect.models import KNOWN, installed

    package = installed("en")[0]
    folder = next(folder for name, folder, _ in KNOWN if name == package)
    module = __import__(package)
    path = str(Path(module.__file__ or "").parent / folder) if folder else package
    engine = SpacyNlpEngine(
        models=[{"lang_code": "en", "model_name": package}],
        ner_model_configuration=NerModelConfiguration(
            labels_to_ignore={
                "ORGANIZATION",
                "ORG",
                "CARDINAL",
                "EVENT",
                "LANGUAGE",
                "LAW",
                "MONEY",
                "ORDINAL",
                "PERCENT",
                "PRODUCT",
                "QUANTITY",
                "WORK_OF_ART",
            }
        ),
    )
    import spacy

    engine.nlp = {"en": spacy.load(path)}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])

    def mask(records: list[dict[str, Any]], roster: bool) -> list[list[tuple[int, int]]]:
        return [
            [
                (one.start, one.end)
                for one in analyzer.analyze(record["text"], language="en")
                if one.entity_type != "ORGANIZATION"
            ]
            for record in records
        ]

    return mask


def ours(queue: dict[str, list[tuple[int, int]]]) -> Mask:
    """The product's detector; each record is a mediation of its own. `queue` takes what goes to the reviewer unclassified, by record."""
    from redaction.detect.engine import Detector
    from redaction.detect.people import people_from_records

    detector = Detector()
    # Models of other languages are loaded at first use: now, so that no set pays for it.
    detector.find(
        ["El perro de la casa es muy grande y no ladra.", "Le chien de la maison est grand et il ne mord pas."]
    )

    def mask(records: list[dict[str, Any]], roster: bool) -> list[list[tuple[int, int]]]:
        groups = [
            (record["text"], people_from_records(record["roster"]) if roster and record.get("roster") else ())
            for record in records
        ]
        found = detector.find_each(groups)
        queue.update(
            {
                record["id"]: [(s.start, s.end) for s in one.leftovers]
                for record, one in zip(records, found, strict=True)
            }
        )
        return [[(span.start, span.end) for span in one.spans] for one in found]

    return mask


def with_roster(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records with a roster: their own, or, where only names are marked, the full names that the text itself has."""
    result = []
    for record in records:
        if not record.get("roster"):
            names = {record["text"][one["start"] : one["end"]] for one in record["spans"] if one["type"] in PERSONS}
            record = {**record, "roster": [{"name": name} for name in sorted(names) if len(name) > 1][:200]}
        result.append(record)
    return result


def load_sets(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Our own mediation texts by language, then every JSON Lines file of the folder."""
    sets: dict[str, list[dict[str, Any]]] = {}
    for half in ("unseen", "studied"):
        for record in texts.load(f"{half}.txt"):
            sets.setdefault(f"{half}_{record['lang']}", []).append(record)
    for file in sorted(folder.glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        sets[file.stem] = [json.loads(line) for line in lines if line.strip()]
    return sets


def score(name: str, records: list[dict[str, Any]], masks: list[list[tuple[int, int]]]) -> Tally:
    tally = Tally()
    for record, spans in zip(records, masks, strict=True):
        tally.add(record, spans, UNSCORED.get(name, frozenset()))
    return tally


def timed(mask: Mask, records: list[dict[str, Any]], roster: bool = False) -> tuple[list[list[tuple[int, int]]], float]:
    mask(records[:2], roster)
    gc.collect()
    gc.freeze()
    started = time.process_time()
    result = mask(records, roster)
    return result, time.process_time() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "pii"
    )
    parser.add_argument("--only", default="")
    parser.add_argument(
        "--misses",
        action="store_true",
        help="print what was missed and what was marked wrongly (the texts themselves: on your screen only)",
    )
    parser.add_argument("--no-stock", action="store_true")
    options = parser.parse_args()
    sets = load_sets(options.data)
    if options.only:
        sets = {name: records for name, records in sets.items() if name in options.only.split(",")}
    if not sets:
        print(f"no such set; there are {', '.join(load_sets(options.data))}", file=sys.stderr)
        return 2
    begun = time.process_time(), time.perf_counter()
    queue: dict[str, list[tuple[int, int]]] = {}
    mine = ours(queue)
    print(
        f"ours ready after {time.process_time() - begun[0]:.1f} CPU s, {time.perf_counter() - begun[1]:.1f} s; memory {_memory()} MB"
    )
    theirs = None if options.no_stock else stock()
    reached: list[tuple[str, str, float, float]] = []
    _innocent(mine, theirs)
    for name, records in sets.items():
        size = sum(len(record["text"]) for record in records)
        print(f"\n== {name}: {len(records)} documents, {size} characters")
        masks, seconds = timed(mine, records)
        tally = score(name, records, masks)
        goals = GOALS.get(name, {})
        got = {
            "recall": tally.recall(),
            "precision": tally.precision,
            "clean": tally.clean_share,
            "person": tally.recall(PERSONS.__contains__),
        }
        _line("ours", name, tally, seconds, size)
        if any(record.get("roster") for record in records) or any(goal.startswith("roster") for goal in goals):
            rostered = with_roster(records)
            masks, seconds_roster = timed(mine, rostered, True)
            roster_tally = score(name, records, masks)
            _line("ours + roster", name, roster_tally, seconds_roster, size)
            got |= {
                "roster recall": roster_tally.recall(),
                "roster clean": roster_tally.clean_share,
                "roster person": roster_tally.recall(PERSONS.__contains__),
            }
        base = None
        if theirs is not None:
            masks, base_seconds = timed(theirs, records)
            base = score(name, records, masks)
            _line("stock", name, base, base_seconds, size)
            lost = base.hits - tally.hits
            why = _why_lost(records, lost, queue)
            print(
                f"   CPU: {base_seconds / seconds:.2f} times faster than stock; mentions that stock catches and ours loses: {len(lost)}"
            )
            if lost:
                print("      of these " + ", ".join(f"{number} {reason}" for reason, number in why.most_common()))
            if options.misses and not name.startswith("unseen"):
                for record in records:
                    for number, one in enumerate(record["spans"]):
                        if (record["id"], number) in lost:
                            print(
                                "     LOST",
                                one["type"],
                                repr(record["text"][max(0, one["start"] - 30) : one["end"] + 20]),
                                repr(record["text"][one["start"] : one["end"]]),
                            )
            reached.append((name, "CPU factor", base_seconds / seconds, 4.5 if name == "sgd_chat" else 2.5))
            reached.append((name, "lost to stock", float(len(lost)), 0.0))
        for kind, total in tally.total.most_common():
            beside = f"   stock {100 * base.found[kind] / total:5.1f}" if base is not None else ""
            print(f"   {kind:24s} {tally.found[kind]:5d}/{total:<5d} {100 * tally.found[kind] / total:5.1f}{beside}")
        reached += [(name, goal, got[goal], wanted) for goal, wanted in goals.items()]
        # What nobody has looked at stays so.
        if options.misses and not name.startswith("unseen"):
            _misses(roster_tally if "roster recall" in got and os.environ.get("WITH_ROSTER") else tally)
    print("\n== goals (on these development halves)")
    for name, goal, value, wanted in reached:
        good = value <= wanted if goal == "lost to stock" else value >= wanted
        print(f"   {'reached' if good else 'MISSED '}  {name:18s} {goal:16s} {value:7.2f}  goal {wanted}")
    print(f"peak memory {_memory()} MB (stock included unless --no-stock)")
    return 0


def _innocent(mine: Mask, theirs: Mask | None) -> None:
    """How many of the sentences that tell nothing about anybody get a mark."""
    source = Path(__file__).resolve().parents[1] / "redaction" / "innocent.txt"
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    records: list[dict[str, Any]] = [{"id": f"innocent-{at}", "text": line} for at, line in enumerate(lines)]
    for who, mask in (("ours", mine), ("stock", theirs)):
        if mask is not None:
            alarms = sum(bool(spans) for spans in mask(records, False))
            print(
                f"innocent sentences with an alarm, {who}: {alarms} of {len(lines)} ({100 * alarms / len(lines):.1f} %)"
            )


def _why_lost(
    records: list[dict[str, Any]], lost: set[tuple[str, int]], queue: dict[str, list[tuple[int, int]]]
) -> Counter[str]:
    """What becomes of mentions that stock marks and ours doesn't: shown to the reviewer unclassified, dropped on purpose, or missed."""
    from redaction.detect.lexicon import is_everyday

    reasons: Counter[str] = Counter()
    for record in records:
        for number, one in enumerate(record["spans"]):
            if (record["id"], number) not in lost:
                continue
            words = WORD.findall(record["text"][one["start"] : one["end"]])
            if any(start < one["end"] and one["start"] < end for start, end in queue.get(record["id"], ())):
                reasons["in the reviewer's queue"] += 1
            elif all(is_everyday(word) for word in words):
                reasons["everyday words, which stock marks by chance"] += 1
            elif one["type"] in TIMES:
                reasons["a time or a duration"] += 1
            else:
                reasons["missed"] += 1
    return reasons


def _line(who: str, name: str, tally: Tally, seconds: float, size: int) -> None:
    precision = "  n/a" if name in PARTLY_LABELLED else f"{tally.precision:5.1f}"
    apart = "".join(f"  {kind} {tally.recall(kind.__eq__):.1f}" for kind in sorted(APART & set(tally.total)))
    print(f"   {who:14s} recall {tally.recall():5.1f}  precision {precision}  no direct leak {tally.clean_share:5.1f}  person {tally.recall(PERSONS.__contains__):5.1f}{apart}  {seconds / size * 1e6:5.1f} CPU s per million characters")  # fmt: skip


def _misses(tally: Tally) -> None:
    grouped = defaultdict(list)
    for kind, words, context in tally.missed:
        grouped[kind].append((words, context))
    for kind, rows in grouped.items():
        print(f"     missed {kind}: {len(rows)}")
        for words, context in rows[:: max(1, len(rows) // int(os.environ.get("MISSES", "40")))]:
            print(f"        {words!r} in {context!r}")
    for words, number in tally.false.most_common(int(os.environ.get("FALSE", "60"))):
        print(f"     false {number} {words}")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
