"""Replays the journal of a sweep and writes what Optuna's pruner decides after each intermediate value, as JSON.

    python pruner_decisions.py JOURNAL OPTIONS.json OUT.json

OPTIONS.json is {"pruner": {"name": "median", "startupTrials": 5, "warmupEpochs": 0}} or
{"pruner": {"name": "asha" or "hyperband", "minEpochs": 1, "factor": 3}}, with "brackets": the bracket of each trial.
Optuna assigns trials to the brackets of Hyperband by a hash of their numbers, and Treadle by its seed. Within a bracket,
both are successive halving, so each bracket is replayed as a study of its own.
"""

import json
import sys

import optuna
from optuna.pruners import MedianPruner, SuccessiveHalvingPruner
from optuna.trial import TrialState

CREATE_STUDY, CREATE_TRIAL, SET_STATE, SET_INTERMEDIATE = 0, 4, 6, 7
MAXIMIZE = 2
STATES = {1: TrialState.COMPLETE, 2: TrialState.PRUNED, 3: TrialState.FAIL}

journal, options, out = sys.argv[1:]
optuna.logging.set_verbosity(optuna.logging.WARNING)
with open(options) as file:
    given = json.load(file)
with open(journal) as file:
    operations = [json.loads(line) for line in file]
pruner, brackets = given["pruner"], given.get("brackets")
(created,) = [each for each in operations if each["op_code"] == CREATE_STUDY]
direction = "maximize" if created["directions"] == [MAXIMIZE] else "minimize"


def optunas(bracket):
    if pruner["name"] == "median":
        return MedianPruner(n_startup_trials=pruner["startupTrials"], n_warmup_steps=pruner["warmupEpochs"])
    return SuccessiveHalvingPruner(pruner["minEpochs"], pruner["factor"], min_early_stopping_rate=bracket)


studies, trials, decisions = {}, [], []
for each in operations:
    code = each["op_code"]
    if code == CREATE_TRIAL:
        bracket = brackets[len(trials)] if brackets else 0
        if bracket not in studies:
            studies[bracket] = optuna.create_study(direction=direction, pruner=optunas(bracket))
        trials.append((studies[bracket], studies[bracket].ask()))
    elif code == SET_INTERMEDIATE:
        trial = trials[each["trial_id"]][1]
        trial.report(each["intermediate_value"], each["step"])
        decisions.append([each["trial_id"], each["step"], bool(trial.should_prune())])
    elif code == SET_STATE and each["state"] in STATES:
        study, trial = trials[each["trial_id"]]
        state = STATES[each["state"]]
        study.tell(trial, each["values"][0] if state == TrialState.COMPLETE else None, state=state)
with open(out, "w") as file:
    json.dump(decisions, file)
