# Reference values for federated algorithms; writes algorithms.json beside itself. Made with Python 3 and NumPy 2.4.6.
#
# Multinomial logistic regression in float64 on images of which a few pixels are not blank: the weights of blank pixels get no
# gradient, so only those of PIXELS are computed and written. Written from the papers, not from the Swift code; only the random
# stream follows it, since the order of the samples, the cohorts and the initial weights come from there.
import json
from pathlib import Path

import numpy as np

SEED, INPUTS, CLASSES = 7, 784, 10
PIXELS = [3, 130, 405, 600, 783]
SIZES = [23, 7, 13, 17]
BATCH, EPOCHS, ROUNDS, RATE = 4, 2, 6, 0.2
LOCAL_TRAINING, INITIAL_WEIGHTS, PARTICIPATION = 3, 2, 8


class Stream:
    """Philox4x32-10 (Salmon et al. 2011): key = seed, counter = (block, purpose and lane, client, round)."""

    def __init__(self, purpose, client=0, round=0, lane=0):
        self.counter = (purpose << 24 | lane, client, round)
        self.block, self.words = 0, []

    def word(self):
        if not self.words:
            x = [self.block, *self.counter]
            k0, k1 = SEED & 0xFFFFFFFF, SEED >> 32
            for _ in range(10):
                a, b = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
                x = [b >> 32 ^ x[1] ^ k0, b & 0xFFFFFFFF, a >> 32 ^ x[3] ^ k1, a & 0xFFFFFFFF]
                k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
            self.block, self.words = self.block + 1, x
        return self.words.pop(0)

    def below(self, bound):
        """Lemire (2019), arXiv:1805.10941, algorithm 5."""
        product = self.word() * bound
        while product & 0xFFFFFFFF < (1 << 32) % bound:
            product = self.word() * bound
        return product >> 32

    def shuffled(self, items):
        """Fisher-Yates from the end."""
        items = list(items)
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
        return items


def initial_weights():
    """Uniform on +-sqrt(6 / fan-in), float32, all of them drawn; biases zero."""
    stream = Stream(INITIAL_WEIGHTS)
    uniform = np.array([stream.word() >> 8 for _ in range(CLASSES * INPUTS)], np.float32) * np.float32(2.0**-24)
    weight = np.float32(np.sqrt(6 / INPUTS)) * (2 * uniform - 1)
    return np.concatenate([weight.reshape(CLASSES, INPUTS)[:, PIXELS].ravel(), np.zeros(CLASSES)]).astype(np.float64)


generator = np.random.default_rng(20210805)
COUNT = sum(SIZES)
CENTRES = generator.integers(20, 236, (CLASSES, len(PIXELS)))
LABELS = np.concatenate([generator.choice(range(first, first + 4), n) for first, n in zip([0, 2, 4, 6], SIZES)])
BYTES = np.clip(CENTRES[LABELS] + generator.integers(-60, 61, (COUNT, len(PIXELS))), 1, 255)
X = (BYTES / 255).astype(np.float32).astype(np.float64)
# Clients' samples lie anywhere in the data set: client i has those that it would have in order, moved by a permutation.
PLACES = generator.permutation(COUNT)
X, LABELS, BYTES = X[np.argsort(PLACES)], LABELS[np.argsort(PLACES)], BYTES[np.argsort(PLACES)]
ENDS = np.cumsum([0, *SIZES])
CLIENTS = [sorted(int(p) for p in PLACES[a:b]) for a, b in zip(ENDS, ENDS[1:])]


def gradient(w, rows):
    """Of the mean cross-entropy; w is the weights [CLASSES, PIXELS] row-major, then the biases."""
    z = X[rows] @ w[:-CLASSES].reshape(CLASSES, -1).T + w[-CLASSES:]
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(rows)), LABELS[rows]] -= 1
    p /= len(rows)
    return np.concatenate([(p.T @ X[rows]).ravel(), p.sum(0)])


def train(x, client, round, rate=RATE, momentum=0.0, extra=lambda y: 0.0):
    """The client's weights after its epochs, and the number of its steps."""
    y, velocity, steps = x.copy(), 0.0, 0
    for epoch in range(EPOCHS):
        order = Stream(LOCAL_TRAINING, client, round, epoch).shuffled(CLIENTS[client])
        for start in range(0, len(order), BATCH):
            velocity = momentum * velocity + gradient(y, order[start : start + BATCH]) + extra(y)
            y = y - rate * velocity
            steps += 1
    return y, steps


def cohort(round, participation):
    size = round_half_away(participation * len(CLIENTS))
    if size == len(CLIENTS):
        return list(range(size))
    return sorted(Stream(PARTICIPATION, round=round).shuffled(range(len(CLIENTS)))[:size])


def round_half_away(x):
    return int(np.floor(x + 0.5))


def shares(clients):
    n = np.array([SIZES[i] for i in clients], float)
    return n / n.sum()


def average(x, clients, train_one):
    """sum of p_i (y_i - x), p_i by samples."""
    return sum(p * (train_one(i)[0] - x) for p, i in zip(shares(clients), clients))


class FedAvg:
    """McMahan et al. 2017, arXiv:1602.05629, algorithm 1; with `decay`, round r trains at RATE decay^r."""

    def __init__(self, decay=1.0):
        self.decay = decay

    def step(self, x, clients, r):
        return x + average(x, clients, lambda i: train(x, i, r, rate=RATE * self.decay**r))


class FedProx:
    """Li et al. 2020, arXiv:1812.06127, algorithm 2: each client descends its loss + mu / 2 |w - x|^2."""

    def __init__(self, mu):
        self.mu = mu

    def step(self, x, clients, r):
        return x + average(x, clients, lambda i: train(x, i, r, extra=lambda y: self.mu * (y - x)))


class FedAvgM:
    """Hsu, Qi and Brown 2019, arXiv:1909.06335, section 4.3: v = beta v + Delta, x = x + rate v."""

    def __init__(self, beta, rate):
        self.beta, self.rate, self.v = beta, rate, 0.0

    def step(self, x, clients, r):
        self.v = self.beta * self.v + average(x, clients, lambda i: train(x, i, r))
        return x + self.rate * self.v


class FedOpt:
    """Reddi et al. 2021, arXiv:2003.00295, algorithm 2; Delta weighted by samples, v = tau^2 at first."""

    def __init__(self, kind, rate, beta1, beta2, tau):
        self.kind, self.rate, self.beta1, self.beta2, self.tau = kind, rate, beta1, beta2, tau
        self.m, self.v = 0.0, tau**2

    def step(self, x, clients, r):
        delta = average(x, clients, lambda i: train(x, i, r))
        square = delta**2
        self.m = self.beta1 * self.m + (1 - self.beta1) * delta
        if self.kind == "adagrad":
            self.v = self.v + square
        elif self.kind == "yogi":
            self.v = self.v - (1 - self.beta2) * square * np.sign(self.v - square)
        else:
            self.v = self.beta2 * self.v + (1 - self.beta2) * square
        return x + self.rate * self.m / (np.sqrt(self.v) + self.tau)


class Scaffold:
    """Karimireddy et al. 2020, arXiv:1910.06378, algorithm 1, option II; `weighted` takes the models' mean by samples."""

    def __init__(self, weighted, rate=1.0):
        self.weighted, self.rate = weighted, rate
        self.c, self.own = 0.0, [0.0] * len(CLIENTS)

    def step(self, x, clients, r):
        change, shift = 0.0, 0.0
        for share, i in zip(shares(clients), clients):
            y, steps = train(x, i, r, extra=lambda _: self.c - self.own[i])
            new = self.own[i] - self.c + (x - y) / (steps * RATE)
            change = change + (share if self.weighted else 1 / len(clients)) * (y - x)
            shift = shift + (new - self.own[i]) / len(CLIENTS)
            self.own[i] = new
        self.c = self.c + shift
        return x + self.rate * change


class FedNova:
    """Wang et al. 2020, arXiv:2007.07481, section 4: each Delta_i is divided by |a_i|_1, then scaled by sum p_i |a_i|_1.

    Without momentum |a_i|_1 is the number of steps. With heavy-ball momentum a step's gradient is still moving the weights in the
    later ones: a_i = (1 - momentum^tau, ..., 1 - momentum) / (1 - momentum).
    """

    def __init__(self, momentum=0.0):
        self.momentum = momentum

    def step(self, x, clients, r):
        p = shares(clients)
        trained = [train(x, i, r, momentum=self.momentum) for i in clients]
        a = np.array([sum((1 - self.momentum**k) / (1 - self.momentum) for k in range(1, t + 1)) for _, t in trained])
        return x + (p @ a) * sum(p_i * (y - x) / a_i for p_i, a_i, (y, _) in zip(p, a, trained))


CASES = {
    "fedavg": (FedAvg, {}),
    "fedavg-decay": (FedAvg, {"decay": 0.9}),
    "fedprox": (FedProx, {"mu": 0.1}),
    "fedavgm": (FedAvgM, {"beta": 0.9, "rate": 1.0}),
    "fedadam": (FedOpt, {"kind": "adam", "rate": 0.1, "beta1": 0.9, "beta2": 0.99, "tau": 1e-3}),
    "fedyogi": (FedOpt, {"kind": "yogi", "rate": 0.1, "beta1": 0.9, "beta2": 0.99, "tau": 1e-3}),
    "fedadagrad": (FedOpt, {"kind": "adagrad", "rate": 0.1, "beta1": 0.9, "beta2": 0.99, "tau": 1e-3}),
    "scaffold": (Scaffold, {"weighted": False}),
    "scaffold-weighted": (Scaffold, {"weighted": True}),
    "fednova": (FedNova, {}),
    "fednova-momentum": (FedNova, {"momentum": 0.5}),
}


def case(name, algorithm, participation):
    x, cohorts, weights = initial_weights(), [], []
    for r in range(ROUNDS):
        cohorts.append(cohort(r, participation))
        x = algorithm.step(x, cohorts[-1], r)
        weights.append([float(f"{v:.8g}") for v in x])
    return {"name": name, "participation": participation, "cohorts": cohorts, "weights": weights}


if __name__ == "__main__":
    cases = [
        case(name, make(**values), participation) for name, (make, values) in CASES.items() for participation in (1, 0.5)
    ]
    content = {
        "seed": SEED, "pixels": PIXELS, "bytes": BYTES.ravel().tolist(), "labels": LABELS.tolist(), "clients": CLIENTS,
        "batch": BATCH, "localEpochs": EPOCHS, "learningRate": RATE, "initial": initial_weights().tolist(), "cases": cases,
    }
    Path(__file__).with_name("algorithms.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
