"""Simulated histories break no promise, are the same for the same seed, and miss safeguards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from simulation.ablate import SUPPORT, WrongAblationError, ablate, edit
from simulation.ablations import ABLATIONS, Ablation
from simulation.batch import Batch, run_batch
from simulation.faults import CLASSES, LEAST_MET
from simulation.history import run
from simulation.plan import draw
from simulation.report import report
from simulation.violation import Violation

SEEDS = 50
ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {each.safeguard: each for each in ABLATIONS}


@pytest.mark.parametrize("first", range(0, 500, SEEDS))
def test_no_promise_is_broken(first: int) -> None:
    batch = run_batch(range(first, first + SEEDS))
    assert batch.broken == [], f"replay with: make simulate SEED={batch.broken[0][0]}"
    assert batch.histories == SEEDS


def test_every_class_of_faults_is_met() -> None:
    batch = run_batch(range(40))
    assert [kind for kind in CLASSES if not batch.met[kind]] == []
    assert 0 < LEAST_MET < 1


def test_a_seed_has_one_history_whatever_the_hashes() -> None:
    digest = _digest_of_another_process(seed=7)
    assert run(draw(7)).digest == digest
    assert run(draw(8)).digest != digest


def _digest_of_another_process(*, seed: int) -> str:
    hashes = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    ran = subprocess.run(
        [sys.executable, "-m", "simulation", f"--seed={seed}"],
        env={**os.environ, "PYTHONPATH": str(SUPPORT), "PYTHONHASHSEED": hashes},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split()[-1]


@pytest.mark.parametrize(
    ("safeguard", "promise"),
    [
        ("If-None-Match", "duplicated"),
        ("commit mark last", "partial visible"),
        ("delete after commit", "lost"),
    ],
)
def test_a_safeguard_that_is_taken_away_is_missed(safeguard: str, promise: str) -> None:
    found = ablate(BY_NAME[safeguard])
    assert found is not None
    assert found.promise == promise


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda each: each.safeguard)
def test_every_ablation_fits_the_source(ablation: Ablation, tmp_path: Path) -> None:
    source = ROOT / "services/transformer/src/playlake_transformer" / ablation.file
    copy = tmp_path / source.name
    copy.write_text(source.read_text())
    edit(copy, ablation)
    assert copy.read_text() != source.read_text()


def test_an_ablation_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.py"
    file.write_text("synthetic")
    with pytest.raises(WrongAblationError, match="0 times in synthetic"):
        edit(file, Ablation("synthetic", "synthetic.py", (("missing", ""),)))


def test_the_page_lists_every_safeguard() -> None:
    page = (ROOT / "docs/reliability.md").read_text()
    assert [name for name in BY_NAME if f"| {name} |" not in page] == []


def test_a_broken_promise_is_reported_with_what_replays_it() -> None:
    lines = list(report(Batch(1, broken=[(42, Violation("lost", "synthetic"))])))
    assert lines[0] == "1 lost, 0 phantom, 0 duplicated, 0 partial visible"
    assert "seed 42: lost: synthetic" in lines
    assert "Replay it alone: make simulate SEED=42" in lines
