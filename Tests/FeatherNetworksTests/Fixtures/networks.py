# Reference values for networks, losses and optimisers; writes networks.json beside itself.
# Made with Python 3, PyTorch 2.13.0 (CPU), randomgen 2.5.1 (Philox4x32-10), NumPy 2.4.6.
#
# All start values are float32; PyTorch then computes in float64, so that a test's tolerance speaks of our rounding alone.
import json
from pathlib import Path

import numpy as np
import torch
from randomgen import Philox

torch.manual_seed(20210805)
ACTIVATIONS = {
    "linear": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "leakyRelu": torch.nn.LeakyReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
}
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
}


def floats(tensor):
    return [float(np.format_float_scientific(v, unique=True)) for v in np.float32(tensor.detach().numpy().ravel())]


def doubles(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().numpy().ravel()]


def network(widths, activation):
    layers = []
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        layers.append(torch.nn.Linear(a, b))
        if i < len(widths) - 2:
            layers.append(ACTIVATIONS[activation]())
    return torch.nn.Sequential(*layers)


def flat(model):
    return torch.cat([v.reshape(-1) for v in model.state_dict().values()])


def load(model, values):
    torch.nn.utils.vector_to_parameters(values.clone(), model.parameters())


def case(widths, activation, loss, batches, rows):
    model = network(widths, activation)
    start = flat(model).clone()
    inputs = torch.randn(batches, rows, widths[0])
    labels = torch.randint(0, widths[-1], (batches, rows))
    model.double()
    x = inputs.double()
    if loss == "softmaxCrossEntropy":
        criterion = lambda i: torch.nn.functional.cross_entropy(model(x[i]), labels[i])
    else:
        criterion = lambda i: torch.nn.functional.mse_loss(model(x[i]), x[i])
    outputs = model(x[0])
    first = criterion(0)
    first.backward()
    gradients = torch.cat([p.grad.reshape(-1) for p in model.parameters()])
    after = {}
    for name, make in OPTIMIZERS.items():
        load(model, start.double())
        optimizer = make(model.parameters())
        for step in range(10):
            optimizer.zero_grad()
            criterion(step % batches).backward()
            optimizer.step()
        after[name] = doubles(flat(model))
    return {
        "widths": widths, "activation": activation, "loss": loss, "batches": batches, "rows": rows,
        "inputs": floats(inputs), "labels": labels.reshape(-1).tolist() if loss == "softmaxCrossEntropy" else [],
        "parameters": floats(start), "outputs": doubles(outputs), "firstLoss": first.item(),
        "gradients": doubles(gradients), "after": after,
    }


def shuffled(count, seed):
    """Fisher-Yates from the end with Lemire's bounded integers over the stream (seed, localTraining, 0, 0, 0)."""
    source = Philox(counter=(3 << 56) - 1, key=seed, number=4, width=32)
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        bound = last + 1
        product = int(source.random_raw()) * bound
        while product % 2**32 < 2**32 % bound:
            product = int(source.random_raw()) * bound
        j = product >> 32
        order[last], order[j] = order[j], order[last]
    return order


def epochs(count, batch):
    """Two epochs of momentum SGD in the stream's order; `count` leaves a short last batch."""
    model = network([6, 5, 3], "tanh")
    start = flat(model).clone()
    x, y = torch.randn(count, 6), torch.randint(0, 3, (count,))
    model.double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    means = []
    for epoch in range(2):
        order = shuffled(count, seed=epoch)
        total = 0.0
        for begin in range(0, count, batch):
            chosen = order[begin : begin + batch]
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x[chosen].double()), y[chosen])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        means.append(total / count)
    return {
        "batch": batch, "inputs": floats(x), "labels": y.tolist(), "parameters": floats(start),
        "meanLosses": means, "after": doubles(flat(model)),
    }


paper = network([784, 20, 10], "relu")
offset, blocks = 0, []
for value in paper.state_dict().values():
    blocks.append({"offset": offset, "shape": list(value.shape)})
    offset += value.numel()

json.dump(
    {
        "cases": [case([12, 7, 5, 4], a, "softmaxCrossEntropy", 2, 9) for a in ACTIVATIONS]
        + [case([20, 6, 20], a, "meanSquaredError", 1, 11) for a in ACTIVATIONS],
        "epochs": epochs(23, 8),
        "paper": {"parameters": offset, "blocks": blocks},
    },
    open(Path(__file__).with_name("networks.json"), "w"),
)
