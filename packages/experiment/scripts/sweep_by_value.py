"""Prints a table of a sweep's trials by the values of each field: how many, how many were pruned, the accuracies.

Numbers are put into thirds of the trials, `model.units` into depth and width. With Optuna (requirements.txt):
python scripts/sweep_by_value.py SWEEP_FOLDER
"""

import pathlib
import statistics
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.WARNING)
storage = JournalStorage(JournalFileBackend(str(pathlib.Path(sys.argv[1]) / "journal.log")))
[summary] = optuna.get_all_study_summaries(storage)
study = optuna.load_study(study_name=summary.study_name, storage=storage)
states = optuna.trial.TrialState
trials = [trial for trial in study.trials if trial.state in (states.COMPLETE, states.PRUNED)]


def fields(trial):
    """The values of a trial; a list of units as a depth and a width."""
    for path, value in trial.params.items():
        if path == "model.units":
            units = str(value).split(",")
            yield "depth", len(units)
            yield "width", int(units[0])
        else:
            yield path, value


def row(path, label, group):
    values = [trial.value for trial in group if trial.state == states.COMPLETE]
    median = f"{statistics.median(values):.4f}" if values else "–"
    best = f"{max(values):.4f}" if values else "–"
    print(f"| `{path}` | {label} | {len(group)} | {len(group) - len(values)} | {median} | {best} |")


print("| field | values | trials | pruned | median of the complete | best |")
print("| ----- | ------ | ------ | ------ | ---------------------- | ---- |")
for path in dict.fromkeys(path for trial in trials for path, _ in fields(trial)):
    by_value = sorted(((dict(fields(trial))[path], trial) for trial in trials), key=lambda pair: pair[0])
    distinct = sorted({value for value, _ in by_value})
    if len(distinct) <= 6:
        for value in distinct:
            row(path, value, [trial for each, trial in by_value if each == value])
        continue
    for third in range(3):
        part = by_value[len(by_value) * third // 3 : len(by_value) * (third + 1) // 3]
        row(path, f"{part[0][0]:.2g} to {part[-1][0]:.2g}", [trial for _, trial in part])
