"""How good the ranking is: questions with known answers, through the public Python API.

    python benchmarks/ranking.py laws.jsonl.gz questions.jsonl --district 全国
    python benchmarks/ranking.py laws.jsonl.gz questions.jsonl --ablation --folds 5

The corpus is what ``build_index`` reads; ``--district`` keeps only its documents of one
district. A line of the questions is ``{"query": …, "relevant": [[id, id], …]}``: per
relevant article the ids of the sections that carry it; any of them counts as that
article found. STARD (https://github.com/oneal2000/STARD, MIT) is such a set: lay
questions about statutes. Needs the extra ``benchmarks``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG

import search_service
from search_service import ranking
from search_service.query import plans

MEASURES = (R @ 10, R @ 100, RR @ 10, nDCG @ 10)
DEPTH = 100

Scores = dict[Any, list[float]]
"""Per measure, a value for each question."""


@dataclass(frozen=True)
class Question:
    text: str
    relevant: list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--district", help="keep only documents of this district (.jsonl corpora)")
    parser.add_argument("--ablation", action="store_true", help="measure each step by itself")
    parser.add_argument("--folds", type=int, help="choose the weights on all folds but one")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [Question(q["query"], q["relevant"]) for q in map(json.loads, lines)]
    with opened(options.corpus, options.district) as service:
        print(f"{service.info().sections} sections, {len(questions)} questions")
        if options.ablation:
            ablation(service, questions)
        elif options.folds:
            cross_validate(service, questions, options.folds)
        else:
            report("as it is", evaluate(service, questions))
            print(f"median {median_ms(service, questions):.2f} ms a question, top 10")


@contextmanager
def opened(corpus: Path, district: str | None) -> Iterator[search_service.SearchService]:
    with tempfile.TemporaryDirectory() as folder:
        source = corpus
        if district is not None:
            source = Path(folder) / "documents.jsonl"
            unpacked = gzip.open if corpus.suffix == ".gz" else open
            with unpacked(corpus, "rt", encoding="utf-8") as lines:  # type: ignore[operator]
                kept = [line for line in lines if json.loads(line).get("district") == district]
            source.write_text("".join(kept), encoding="utf-8")
        search_service.build_index([source], f"{folder}/index", rebuild=True)
        service = search_service.open_index(f"{folder}/index")
        yield service
        service.close()


# --- measuring -------------------------------------------------------------------------


def evaluate(
    service: search_service.SearchService, questions: Sequence[Question], synonyms: bool = True
) -> Scores:
    qrels, run = [], []
    for number, question in enumerate(questions):
        name = str(number)
        article = {
            section: f"article {n}"
            for n, sections in enumerate(question.relevant)
            for section in sections
        }
        articles = (f"article {n}" for n in range(len(question.relevant)))
        qrels.extend(ir_measures.Qrel(name, article, 1) for article in articles)
        result = service.search(question.text, per_page=DEPTH, synonyms=synonyms)
        seen: set[str] = set()
        for rank, hit in enumerate(result.hits):
            found = article.get(hit.section.id, hit.section.id)
            found = hit.section.id if found in seen else found  # the same article once more
            seen.add(found)
            run.append(ir_measures.ScoredDoc(name, found, DEPTH - rank))
    scores: Scores = {measure: [0.0] * len(questions) for measure in MEASURES}
    for value in ir_measures.iter_calc(MEASURES, qrels, run):
        scores[value.measure][int(value.query_id)] = value.value
    return scores


def report(label: str, scores: Scores) -> None:
    means = "  ".join(f"{measure} {statistics.fmean(scores[measure]):.4f}" for measure in MEASURES)
    print(f"{label:<42} {means}", flush=True)


def median_ms(service: search_service.SearchService, questions: Sequence[Question]) -> float:
    times = []
    for question in questions:
        start = time.perf_counter()
        service.search(question.text)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


@contextmanager
def weights(**values: float) -> Iterator[None]:
    """Set constants of ``ranking`` or ``plans`` for a while."""
    places = {name: ranking if hasattr(ranking, name) else plans for name in values}
    before = {name: getattr(module, name) for name, module in places.items()}
    for name, module in places.items():
        setattr(module, name, values[name])
    try:
        yield
    finally:
        for name, module in places.items():
            setattr(module, name, before[name])


def ablation(service: search_service.SearchService, questions: Sequence[Question]) -> None:
    none = {"AUTHORITY_WEIGHT": 0.0, "PREFERRED_WEIGHT": 0.0, "NEARNESS_WEIGHT": 0.0}
    steps: list[tuple[str, dict[str, float], bool]] = [
        ("BM25F, sections cover 0.3 of a question", {**none, "SENTENCE_SHARE": 0.3}, False),
        ("+ sections cover 0.05", none, False),
        ("+ synonyms", none, True),
        ("+ documents that others cite", {"PREFERRED_WEIGHT": 0.0, "NEARNESS_WEIGHT": 0.0}, True),
        ("+ places and years preferred", {"NEARNESS_WEIGHT": 0.0}, True),
        ("+ words that stand near each other (as it is)", {}, True),
        ("as it is, without synonyms", {}, False),
        ("as it is, without citations", {"AUTHORITY_WEIGHT": 0.0}, True),
        ("as it is, sections cover 0.1", {"SENTENCE_SHARE": 0.1}, True),
        ("as it is, sections cover 0.15", {"SENTENCE_SHARE": 0.15}, True),
    ]
    for label, values, synonyms in steps:
        with weights(**values):
            report(label, evaluate(service, questions, synonyms))


def cross_validate(
    service: search_service.SearchService, questions: Sequence[Question], folds: int
) -> None:
    """Choose the weights by Recall@10 + Recall@100 on the other folds, score on each fold."""
    settings = [
        {"SYNONYM_WEIGHT": synonym, "AUTHORITY_WEIGHT": authority}
        for synonym in (0.3, 0.4, 0.5, 0.6, 0.7)
        for authority in (0.03, 0.04, 0.05, 0.06)
    ]
    runs: list[Scores] = []
    for setting in settings:
        with weights(**setting):
            runs.append(evaluate(service, questions))
            report(str(setting), runs[-1])
    held_out: Scores = {measure: [] for measure in MEASURES}
    for fold in range(folds):
        best = max(range(len(runs)), key=_goodness(runs, fold, folds))
        print(f"fold {fold}: {settings[best]}")
        for measure in MEASURES:
            held_out[measure].extend(runs[best][measure][fold::folds])
    report(f"{folds}-fold cross-validated", held_out)


def _goodness(runs: Sequence[Scores], fold: int, folds: int) -> Callable[[int], float]:
    def goodness(number: int) -> float:
        scores = runs[number]
        return sum(
            value
            for measure in (R @ 10, R @ 100)
            for place, value in enumerate(scores[measure])
            if place % folds != fold
        )

    return goodness


if __name__ == "__main__":
    main()
