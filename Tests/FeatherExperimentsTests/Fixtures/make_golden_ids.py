#!/usr/bin/env python3
"""Writes golden_ids.json: configurations, their canonical JSON and their run ids, computed without our code.

The canonical form is what Python's json module writes with sorted keys and no spaces; Python's repr of a float is, as
Swift's description, the fewest digits that read back to the same number. Run from this folder: python3 make_golden_ids.py
"""

import copy
import hashlib
import json

DEFAULTS = {
    "seed": 1,
    "dataset": {"name": "synthetic-digits", "train": 60000, "test": 10000, "seed": 0},
    "partition": {"scheme": "iid", "clients": 2},
    "model": {"name": "mlp", "hidden": [20], "activation": "relu", "initialisation": "kaiming-uniform"},
    "training": {"optimizer": "sgd", "learningRate": 0.05, "momentum": 0.0, "batch": 32, "localEpochs": 5},
    "prepass": {"epochs": 10, "snapshotEvery": 100, "heldOut": 0.1},
    "codec": {"name": "identity"},
    "federation": {"algorithm": "fedavg", "rounds": 40, "participation": 1.0},
    "store": {"weights": "final", "latents": "all", "codec": False, "snapshots": False},
}
AUTOENCODER = {
    "name": "autoencoder", "hidden": [], "latent": 32, "activation": "relu", "initialisation": "kaiming-uniform",
    "centre": True, "input": "weights", "scope": "perClient", "epochs": 200, "batch": 16, "optimizer": "adam",
    "learningRate": 0.001, "momentum": 0.0,
}
MNIST = {"name": "mnist", "train": 60000, "test": 10000}

# What --set gets, and what it must come to.
CASES = [
    ([], {}),
    (["codec={name: autoencoder}"], {"codec": AUTOENCODER}),
    (["seed=18446744073709551615"], {"seed": 18446744073709551615}),
    (["dataset={name: mnist, train: 6000}"], {"dataset": {**MNIST, "train": 6000}}),
    (["partition={scheme: shards, clients: 100}"],
     {"partition": {"scheme": "shards", "clients": 100, "perClient": 2}}),
    (["partition={scheme: dirichlet, clients: 10, alpha: 1e-1}"],
     {"partition": {"scheme": "dirichlet", "clients": 10, "alpha": 0.1, "minimumSamples": 10}}),
    (["training.learningRate=0.00001", "training.momentum=0.9", "prepass.snapshotEvery=epoch"],
     {"training": {**DEFAULTS["training"], "learningRate": 1e-05, "momentum": 0.9},
      "prepass": {**DEFAULTS["prepass"], "snapshotEvery": "epoch"}}),
    (["codec={name: autoencoder, hidden: [256, 64], latent: 8, centre: false, input: difference, scope: shared}",
      "model.hidden=[]", "federation.participation=0.30000000000000004", "store.weights=none"],
     {"codec": {**AUTOENCODER, "hidden": [256, 64], "latent": 8, "centre": False, "input": "difference",
                "scope": "shared"},
      "model": {**DEFAULTS["model"], "hidden": []},
      "federation": {**DEFAULTS["federation"], "participation": 0.30000000000000004},
      "store": {**DEFAULTS["store"], "weights": "none"}}),
]

golden = []
for overrides, changes in CASES:
    spec = copy.deepcopy(DEFAULTS)
    spec.update(changes)
    text = json.dumps({"schema": 1, "spec": spec}, sort_keys=True, separators=(",", ":"))
    golden.append({"overrides": overrides, "id": hashlib.sha256(text.encode()).hexdigest()[:12], "canonical": text})
with open("golden_ids.json", "w", encoding="utf-8") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
