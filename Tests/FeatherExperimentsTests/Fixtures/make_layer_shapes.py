#!/usr/bin/env python3
"""Writes layer_shapes.json: lists of layers with the shapes and parameter counts that PyTorch gives them.

Lists that PyTorch refuses have the index of the layer at which it does. Run from this folder: python3 make_layer_shapes.py
"""

import json
import random

import torch
from torch import nn

random.seed(20210812)


def draw():
    """A list of layers as a spec writes it, in Python."""
    layers = []
    for _ in range(random.randint(1, 4)):
        if random.random() < 0.6:
            kernel = random.randint(1, 7)
            layers.append({"convolution": random.randint(1, 9), "kernel": kernel, "stride": random.randint(1, 3),
                           "padding": random.randint(0, (kernel - 1) // 2), "activation": "relu"})
        else:
            layers.append({"maxPool": random.randint(1, 4), "stride": random.randint(1, 3)})
    return layers + ["flatten"] + [{"dense": random.randint(1, 20), "activation": "linear"} for _ in range(2)]


def run(shape, layers):
    """The shape after each layer, and the number of parameters."""
    x = torch.zeros(1, *shape)
    shapes, parameters = [], 0
    for layer in layers:
        if layer == "flatten":
            module = nn.Flatten()
        elif "convolution" in layer:
            module = nn.Conv2d(x.shape[1], layer["convolution"], layer["kernel"], layer["stride"], layer["padding"])
        elif "maxPool" in layer:
            module = nn.MaxPool2d(layer["maxPool"], layer["stride"])
        else:
            module = nn.Linear(x.shape[1], layer["dense"])
        try:
            x = module(x)
        except RuntimeError:
            break
        parameters += sum(p.numel() for p in module.parameters())
        shapes.append(list(x.shape[1:]))
    return shapes, parameters


cases = []
for _ in range(60):
    shape, layers = [random.choice([1, 3]), random.randint(8, 32), random.randint(8, 32)], draw()
    shapes, parameters = run(shape, layers)
    cases.append({"input": shape, "layers": json.dumps(layers), "shapes": shapes,
                  "parameters": parameters if len(shapes) == len(layers) else None})
print(sum(case["parameters"] is None for case in cases), "of", len(cases), "refused")
with open("layer_shapes.json", "w", encoding="utf-8") as file:
    json.dump(cases, file, indent=None, separators=(",", ":"))
    file.write("\n")
