# Gradients and steps of autoencoders with tied weights by PyTorch's autograd in float64; writes tied.json beside itself.
# Made with Python 3, NumPy 2.4.6 and PyTorch 2.13.0.
import json
from pathlib import Path

import numpy as np
import torch

random = np.random.default_rng(20210806)
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "leakyRelu": lambda x: torch.nn.functional.leaky_relu(x, 0.01),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}
RULES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
}


def outputs(x, tensors, widths, name):
    """Encoder weights and biases, then the decoder's biases from the latent's side on."""
    act, depth = ACTIVATIONS[name], len(widths) - 1
    for layer in range(depth):
        x = act(x @ tensors[2 * layer].T + tensors[2 * layer + 1])
    for place, layer in enumerate(reversed(range(depth))):
        x = x @ tensors[2 * layer] + tensors[2 * depth + place]
        x = act(x) if layer > 0 else x
    return x


def floats(array):
    return [float(f"{v:.9g}") for v in np.float32(array).ravel()]


def flat(tensors):
    return short(torch.cat([t.detach().reshape(-1) for t in tensors]).tolist())


def short(values):
    return [float(f"{v:.10g}") for v in values]


def case(widths, name, rows, batches):
    start = []
    for a, b in zip(widths, widths[1:]):
        start += [np.float32(random.normal(size=(b, a)) / np.sqrt(a)), np.float32(0.3 * random.normal(size=b))]
    start += [np.float32(0.3 * random.normal(size=w)) for w in reversed(widths[:-1])]
    samples = np.float32(random.normal(size=(batches, rows, widths[0])))
    data = torch.tensor(samples.astype(np.float64))
    fresh = lambda: [torch.tensor(t.astype(np.float64), requires_grad=True) for t in start]
    loss = lambda tensors, batch: ((outputs(data[batch], tensors, widths, name) - data[batch]) ** 2).mean()
    tensors = fresh()
    first = loss(tensors, 0)
    first.backward()
    after = {}
    for rule, make in RULES.items():
        moved = fresh()
        optimizer = make(moved)
        for step in range(10):
            optimizer.zero_grad()
            loss(moved, step % batches).backward()
            optimizer.step()
            if step == 0:
                after[rule + "1"] = flat(moved)
        after[rule + "10"] = flat(moved)
    return {
        "widths": widths, "activation": name, "rows": rows, "samples": [floats(b) for b in samples],
        "parameters": [v for t in start for v in floats(t)], "loss": first.item(),
        "gradient": [v for t in tensors for v in short(t.grad.reshape(-1).tolist())], "after": after,
    }


cases = [case([20, 9, 3], name, 5, 2) for name in ACTIVATIONS]
cases += [case([37, 6], "linear", 4, 2), case([18, 17, 5, 2], "tanh", 3, 1)]
json.dump(cases, open(Path(__file__).with_name("tied.json"), "w"))
