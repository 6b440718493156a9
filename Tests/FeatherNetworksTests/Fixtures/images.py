# Reference values for layers of images and for vgg3; writes images.json beside itself.
# Made with Python 3, PyTorch 2.13.0 (CPU), NumPy 2.4.6.
#
# Weights, images and targets are not stored: both sides draw them from a linear congruential generator (Numerical Recipes),
# x' = 1664525 x + 1013904223 modulo 2^32, as float32 (x' >> 8) / 2^23 - 1 in [-1, 1), which is exact. A weight is such a number
# times the float32 0.5 / sqrt(fan-in) of a small network, or sqrt(6 / fan-in) of vgg3; biases are numbers times 0.1.
# PyTorch then computes in float64, so that a test's tolerance speaks of our rounding alone.
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

ACTIVATIONS = {
    "linear": nn.Identity, "relu": nn.ReLU, "leakyRelu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
}


class Numbers:
    def __init__(self, seed):
        self.x = seed

    def draw(self, *shape):
        values = np.empty(int(np.prod(shape)), np.float32)
        for i in range(values.size):
            self.x = (1664525 * self.x + 1013904223) % 2**32
            values[i] = np.float32(self.x >> 8) / np.float32(2**23) - np.float32(1)
        return values.reshape(shape)


def dense(outputs, activation):
    return {"dense": [outputs], "activation": activation}


def conv(channels, kernel, stride, padding, activation):
    return {"conv": [channels, kernel, stride, padding], "activation": activation}


def pool(size, stride):
    return {"pool": [size, stride]}


FLATTEN = {"flatten": []}
PAIR = lambda channels: [conv(channels, 3, 1, 1, "relu"), conv(channels, 3, 1, 1, "relu"), pool(2, 2)]
VGG3 = [*PAIR(32), *PAIR(64), *PAIR(128), FLATTEN, dense(128, "relu"), dense(10, "linear")]
LENET5 = lambda padding: [
    conv(6, 5, 1, padding, "relu"), pool(2, 2), conv(16, 5, 1, 0, "relu"), pool(2, 2), FLATTEN,
    dense(120, "relu"), dense(84, "relu"), dense(10, "linear"),
]


def network(shape, layers):
    modules, x = [], torch.zeros(1, *shape)
    for layer in layers:
        if "dense" in layer:
            made = [nn.Linear(x.shape[1], *layer["dense"])]
        elif "conv" in layer:
            made = [nn.Conv2d(x.shape[1], *layer["conv"])]
        elif "pool" in layer:
            made = [nn.MaxPool2d(*layer["pool"])]
        else:
            made = [nn.Flatten()]
        if "activation" in layer:
            made.append(ACTIVATIONS[layer["activation"]]())
        modules += made
        x = nn.Sequential(*made)(x)
    return nn.Sequential(*modules)


def draw_weights(model, numbers, gain):
    for p in model.parameters():
        fan_in = p[0].numel()
        scale = np.float32(gain / np.sqrt(fan_in)) if p.dim() > 1 else np.float32(0.1)
        p.data = torch.from_numpy(numbers.draw(*p.shape) * scale)


def rounded(values):
    return [float(f"{v:.9g}") for v in values]


def summary(tensors):
    """Each block's Euclidean norm, and some 40 of its elements at equal distances."""
    flat = [t.detach().double().numpy().ravel() for t in tensors]
    return [{"norm": float(np.linalg.norm(v)), "sample": rounded(v[:: max(1, v.size // 40)])} for v in flat]


def case(name, shape, rows, layers):
    numbers = Numbers(len(name))
    model = network(shape, layers)
    draw_weights(model, numbers, 1.5)
    x = torch.from_numpy(numbers.draw(rows, *shape)).double()
    model.double()
    outputs = model(x)
    targets = torch.from_numpy(numbers.draw(*outputs.shape)).double()
    loss = nn.functional.mse_loss(outputs, targets)
    loss.backward()
    return {
        "name": name, "shape": shape, "rows": rows, "layers": layers,
        "blockShapes": [list(p.shape) for p in model.parameters()],
        "outputs": summary(outputs.unbind()), "loss": loss.item(),
        "gradients": summary([p.grad for p in model.parameters()]),
    }


def steps(dtype):
    numbers = Numbers(2021)
    model = network([3, 32, 32], VGG3)
    draw_weights(model, numbers, np.sqrt(6))
    x = torch.from_numpy(numbers.draw(16, 3, 32, 32)).to(dtype)
    labels = torch.arange(16) % 10
    model.to(dtype)
    start = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "moves": summary([p - s for p, s in zip(model.parameters(), start)])}


def count(shape, layers):
    return sum(p.numel() for p in network(shape, layers).parameters())


CASES = [
    case("stride 1, no padding, one channel", [1, 9, 7], 4,
         [conv(3, 3, 1, 0, "relu"), FLATTEN, dense(4, "linear")]),
    case("stride 2, padding 1, to 17 channels and back", [3, 11, 9], 3,
         [conv(17, 3, 2, 1, "relu"), conv(5, 3, 1, 1, "tanh"), FLATTEN, dense(4, "linear")]),
    case("padding 2, from 17 channels to 33, ends in an activation", [17, 8, 9], 2,
         [conv(16, 5, 1, 2, "leakyRelu"), conv(33, 3, 2, 0, "sigmoid"), FLATTEN]),
    case("overlapping pool of 17 channels after a sigmoid", [3, 13, 13], 5,
         [conv(17, 3, 1, 1, "sigmoid"), pool(3, 2), conv(4, 3, 1, 1, "linear"), FLATTEN, dense(3, "linear")]),
    case("pool that does not divide, twice", [3, 11, 10], 7,
         [conv(8, 3, 1, 1, "tanh"), pool(2, 2), conv(3, 2, 1, 1, "relu"), pool(2, 2), FLATTEN, dense(5, "linear")]),
    case("pool of the images themselves, with gaps, and a 1x1 convolution", [3, 10, 11], 3,
         [pool(2, 3), conv(2, 1, 1, 0, "relu"), FLATTEN, dense(3, "linear")]),
    case("flatten alone", [2, 3, 4], 3, [FLATTEN, dense(4, "relu"), dense(2, "linear")]),
    case("a 1x1 convolution of stride 2 alone", [3, 7, 7], 1, [conv(4, 1, 2, 0, "linear"), FLATTEN]),
    case("a pool ends the images, no dense layer", [1, 6, 6], 2, [conv(3, 3, 1, 1, "relu"), pool(2, 1), FLATTEN]),
    case("lenet5", [1, 28, 28], 3, LENET5(2)),
]

if __name__ == "__main__":
    double, single = steps(torch.float64), steps(torch.float32)
    print("PyTorch's own float32 from its float64, relative to each block's largest move and norm, and to each loss:")
    for a, b in zip(double["moves"], single["moves"]):
        print(np.abs(np.subtract(a["sample"], b["sample"])).max() / np.abs(a["sample"]).max(), b["norm"] / a["norm"] - 1)
    print(np.divide(single["losses"], double["losses"]) - 1, double["losses"])
    counts = [["vgg3", [3, 32, 32], count([3, 32, 32], VGG3)], ["lenet5", [1, 28, 28], count([1, 28, 28], LENET5(2))],
              ["lenet5", [3, 32, 32], count([3, 32, 32], LENET5(0))]]
    json.dump(
        {"cases": CASES, "vgg3": double,
         "counts": [{"model": m, "shape": s, "parameters": c} for m, s, c in counts]},
        open(Path(__file__).with_name("images.json"), "w"),
    )
