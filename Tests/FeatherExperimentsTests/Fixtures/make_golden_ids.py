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
    "name": "autoencoder", "hidden": [], "latent": 32, "activation": "relu", "initialisation": "glorot-uniform",
    "centre": True, "input": "weights", "scope": "perClient", "epochs": 200, "batch": 16, "optimizer": "adam",
    "learningRate": 0.001, "momentum": 0.0,
}
PCA = {"name": "pca", "latent": 32, "keptVariance": 1.0, "centre": True, "input": "weights", "scope": "perClient"}
CIFAR = {"name": "cifar10", "train": 50000, "test": 10000}
GREY = {"scheme": "colour-imbalance", "clients": 2, "conversion": "luminance", "greyFraction": [0.0, 1.0],
        "confounded": False}
DIVISION = b"client,index\n0,1\n0,2\n1,0\n"  # the content of division.csv beside this script
AVAILABILITY = b"client,from,to\n0,0,40\n3,5,9\n"  # that of availability.csv
VGG3 = {"name": "vgg3", "initialisation": "kaiming-uniform"}
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
    # Keys that came later are written only where they differ from their defaults.
    (["dataset.normalisation=none", "federation.evaluateEachEpoch=false", "codec.quantise=none"], {}),
    (["dataset={name: cifar10, normalisation: per-channel}", "model.name=vgg3", "federation.evaluateEachEpoch=true"],
     {"dataset": {**CIFAR, "normalisation": "per-channel"}, "model": VGG3,
      "federation": {**DEFAULTS["federation"], "evaluateEachEpoch": True}}),
    (["dataset={name: fashion-mnist}", "model={name: lenet5, initialisation: glorot-normal}"],
     {"dataset": {**MNIST, "name": "fashion-mnist"}, "model": {"name": "lenet5", "initialisation": "glorot-normal"}}),
    (["dataset={name: synthetic-colours, seed: 7}", "partition={scheme: colour-imbalance}"],
     {"dataset": {"name": "synthetic-colours", "train": 60000, "test": 10000, "seed": 7}, "partition": GREY}),
    (["dataset={name: cifar10}", "partition={scheme: colour-imbalance, clients: 3, confounded: true, "
      "conversion: channel-copy, greyFraction: [0.05, 0.95, 1]}"],
     {"dataset": CIFAR, "partition": {**GREY, "clients": 3, "confounded": True, "conversion": "channel-copy",
                                      "greyFraction": [0.05, 0.95, 1.0]}}),
    (["partition={scheme: quantity, clients: 4}"],
     {"partition": {"scheme": "quantity", "clients": 4, "alpha": 0.5, "minimumSamples": 10}}),
    (["partition={scheme: feature-noise}"], {"partition": {"scheme": "feature-noise", "clients": 2, "sigma": 0.1}}),
    (["partition={scheme: from-file, file: division.csv}"],
     {"partition": {"scheme": "from-file", "clients": 2, "file": "sha256:" + hashlib.sha256(DIVISION).hexdigest()}}),
    (["partition={scheme: iid, clients: 1000000, samplesPerClient: 60}"],
     {"partition": {"scheme": "iid", "clients": 1000000, "samplesPerClient": 60}}),
    (["partition={scheme: inner-dirichlet, clients: 20, quantityAlpha: 2}"],
     {"partition": {"scheme": "inner-dirichlet", "clients": 20, "alpha": 0.5, "quantityAlpha": 2.0,
                    "minimumSamples": 10}}),
    (["partition={scheme: classes, clients: 20, classesPerClient: 3}"],
     {"partition": {"scheme": "classes", "clients": 20, "classesPerClient": 3}}),
    (["model={name: layers, layers: [{convolution: 32, kernel: 3, padding: 1, activation: relu}, {maxPool: 2}, flatten, "
      "{dense: 10}]}"],
     {"model": {"name": "layers", "initialisation": "kaiming-uniform", "layers": [
         {"convolution": 32, "kernel": 3, "stride": 1, "padding": 1, "activation": "relu"},
         {"maxPool": 2, "stride": 2}, "flatten", {"dense": 10, "activation": "linear"}]}}),
    (["codec=[{name: autoencoder, latent: 8}, {name: quantise, bits: 8}]"],
     {"codec": [{**AUTOENCODER, "latent": 8}, {"name": "quantise", "bits": 8}]}),
    (["dataset.name=cifar10", "model.name=vgg3", "training.convolution=auto"], {"dataset": CIFAR, "model": VGG3}),
    (["dataset.name=cifar10", "model.name=vgg3", "training.convolution=winograd"],
     {"dataset": CIFAR, "model": VGG3, "training": {**DEFAULTS["training"], "convolution": "winograd"}}),
    (["codec.quantise=16"], {"codec": [{"name": "identity"}, {"name": "quantise", "bits": 16}]}),
    (["codec={name: qsgd}"], {"codec": {"name": "qsgd", "bits": 4, "input": "difference"}}),
    (["codec={name: eden, input: weights}"], {"codec": {"name": "eden", "bits": 2, "input": "weights"}}),
    (["codec={name: count-sketch, fraction: 0.05}"],
     {"codec": {"name": "count-sketch", "fraction": 0.05, "rows": 5, "keep": 0.01, "input": "difference"}}),
    (["codec={name: powersgd, rank: 4}"], {"codec": {"name": "powersgd", "rank": 4, "input": "difference"}}),
    (["codec={name: bfloat16}"], {"codec": {"name": "bfloat16", "input": "difference"}}),
    (["codec=[{name: stc}, {name: transform, basis: cosine-trajectory}, {name: error-feedback, keep: 0.9}, "
      "{name: deflate}]"],
     {"codec": [{"name": "stc", "fraction": 0.01, "input": "difference"},
                {"name": "transform", "basis": "cosine-trajectory"}, {"name": "error-feedback", "keep": 0.9},
                {"name": "deflate"}]}),
    (["codec=[{name: pca, keptVariance: 0.9, ship: int8, scope: clustered, clusters: 3, fitClients: 2}, "
      "{name: residual, fraction: 0.01}, {name: predict}, {name: refresh, every: 5}]", "partition.clients=9"],
     {"codec": [{**PCA, "keptVariance": 0.9, "ship": "int8", "scope": "clustered", "clusters": 3, "fitClients": 2},
                {"name": "residual", "fraction": 0.01, "form": "stc"}, {"name": "predict", "factor": 1.0},
                {"name": "refresh", "every": 5, "above": 0.0, "window": 50, "warm": True}],
      "partition": {"scheme": "iid", "clients": 9}}),
    (["codec={name: autoencoder, division: chunks, chunk: 1000, tied: true, budget: {accuracyLoss: 0.01}}"],
     {"codec": {**AUTOENCODER, "division": "chunks", "chunk": 1000, "tied": True, "budget": {"accuracyLoss": 0.01}}}),
    (["federation={cohort: 3, sampling: weighted, dropout: 0.25, availability: availability.csv}", "partition.clients=9"],
     {"federation": {**DEFAULTS["federation"], "cohort": 3, "sampling": "weighted", "dropout": 0.25,
                     "availability": "sha256:" + hashlib.sha256(AVAILABILITY).hexdigest()},
      "partition": {"scheme": "iid", "clients": 9}}),
    (["downlink=[{name: eden, bits: 4}, {name: transform, basis: cosine}, {name: residual, fraction: 0.01}, {name: deflate}]"],
     {"downlink": [{"name": "eden", "bits": 4}, {"name": "transform", "basis": "cosine"},
                   {"name": "residual", "fraction": 0.01, "form": "stc"}, {"name": "deflate"}]}),
    (["downlink.quantise=8"], {"downlink": [{"name": "identity"}, {"name": "quantise", "bits": 8}]}),
    (["federation={algorithm: fedprox, mu: 0.1, weighting: uniform}", "training.schedule={exponential: 0.99}",
      "codec={name: pca, scope: shared}", "prepass.clients=2", "partition.clients=9"],
     {"federation": {**DEFAULTS["federation"], "algorithm": "fedprox", "mu": 0.1, "weighting": "uniform"},
      "training": {**DEFAULTS["training"], "schedule": {"exponential": 0.99}},
      "codec": {**PCA, "scope": "shared"}, "prepass": {**DEFAULTS["prepass"], "clients": 2},
      "partition": {"scheme": "iid", "clients": 9}}),
    (["federation={algorithm: fedavgm, serverMomentum: 0.5, serverLearningRate: 0.3, serverSchedule: {cosine: 0.1}}"],
     {"federation": {**DEFAULTS["federation"], "algorithm": "fedavgm", "serverMomentum": 0.5, "serverLearningRate": 0.3,
                     "serverSchedule": {"cosine": 0.1}}}),
    (["federation={algorithm: fedadam, beta1: 0.8, beta2: 0.9, adaptivity: 0.01}"],
     {"federation": {**DEFAULTS["federation"], "algorithm": "fedadam", "beta1": 0.8, "beta2": 0.9, "adaptivity": 0.01}}),
    (["federation={algorithm: scaffold, compressVariates: true}", "codec={name: bfloat16}",
      "training.schedule={step: 0.5, every: 10}"],
     {"federation": {**DEFAULTS["federation"], "algorithm": "scaffold", "compressVariates": True},
      "codec": {"name": "bfloat16", "input": "difference"},
      "training": {**DEFAULTS["training"], "schedule": {"every": 10, "step": 0.5}}}),
    # What is off, and the settings of what is off, says nothing.
    (["codec={name: pca, clusters: 2, budget: none, residual: 0, residualForm: topk, refreshWindow: 3}"], {"codec": PCA}),
]

with open("division.csv", "wb") as file:
    file.write(DIVISION)
with open("availability.csv", "wb") as file:
    file.write(AVAILABILITY)
golden = []
for overrides, changes in CASES:
    spec = copy.deepcopy(DEFAULTS)
    spec.update(changes)
    text = json.dumps({"schema": 1, "spec": spec}, sort_keys=True, separators=(",", ":"))
    golden.append({"overrides": overrides, "id": hashlib.sha256(text.encode()).hexdigest()[:12], "canonical": text})
with open("golden_ids.json", "w", encoding="utf-8") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
