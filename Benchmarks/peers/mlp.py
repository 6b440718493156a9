"""The classifier 784-20-10 in PyTorch, three ways: a module and its autograd, gradients by hand, and all clients stacked in one bmm."""
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from common import fill, flat, split, timed

SHAPES = [(20, 784), (20,), (10, 20), (10,)]
RATE = 0.05


class ModuleLoop:
    """What one writes first: nn.Sequential, cross_entropy, backward, optim.SGD; one client after another."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        self.model = nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10))

    def train(self, start, orders, batch, loss=False, after_step=None):
        """Trains each client of `orders` [clients, epochs, samples] from the vector `start`; returns weights and last mean losses."""
        weights, losses = [], []
        for order in orders:
            fill(self.model, start)
            optimizer = torch.optim.SGD(self.model.parameters(), lr=RATE)
            for epoch in order:
                total = 0.0
                for rows in epoch.split(batch):
                    optimizer.zero_grad()
                    value = functional.cross_entropy(self.model(self.images[rows]), self.labels[rows])
                    value.backward()
                    optimizer.step()
                    if loss:
                        total += value.item() * len(rows)
                    if after_step:
                        after_step(self.model)
            weights.append(flat(self.model))
            losses.append(total / order.shape[1])
        return torch.stack(weights), losses


class LoaderLoop(ModuleLoop):
    """The module loop on a DataLoader, as tutorials have it; batches in the given order of samples."""

    def train(self, start, orders, batch):
        weights = []
        for order in orders:
            fill(self.model, start)
            optimizer = torch.optim.SGD(self.model.parameters(), lr=RATE)
            own = order[0].sort().values
            places = torch.searchsorted(own, order)
            samples = TensorDataset(self.images[own], self.labels[own])
            for epoch in places:
                for images, labels in DataLoader(samples, batch_size=batch, sampler=epoch.tolist()):
                    optimizer.zero_grad()
                    functional.cross_entropy(self.model(images), labels).backward()
                    optimizer.step()
            weights.append(flat(self.model))
        return torch.stack(weights), None


class ByHand:
    """The same without autograd: the gradients of this network written out, steps in place."""

    def __init__(self, images, labels):
        self.images = images
        self.one_hot = functional.one_hot(labels, 10).float()

    @torch.inference_mode()
    def train(self, start, orders, batch, loss=False):
        weights, losses = [], []
        for order in orders:
            vector = start.clone()
            w1, b1, w2, b2 = split(vector, SHAPES)
            for epoch in order:
                total = 0.0
                for rows in epoch.split(batch):
                    x, y = self.images.index_select(0, rows), self.one_hot.index_select(0, rows)
                    hidden = torch.addmm(b1, x, w1.t()).relu_()
                    delta = torch.addmm(b2, hidden, w2.t()).softmax(1)
                    if loss:
                        total -= (delta * y).sum(1).log().sum().item()
                    delta.sub_(y)
                    step = -RATE / len(rows)
                    back = torch.mm(delta, w2).mul_(hidden > 0)
                    w2.addmm_(delta.t(), hidden, alpha=step)
                    b2.add_(delta.sum(0), alpha=step)
                    w1.addmm_(back.t(), x, alpha=step)
                    b1.add_(back.sum(0), alpha=step)
            weights.append(vector)
            losses.append(total / order.shape[1])
        return torch.stack(weights), losses


def stacked_step(w1, b1, w2, b2, images, one_hot, rows):
    """One step of all clients: weights [clients, ...], rows [clients, batch]; returns the outputs before the softmax."""
    chosen = rows.reshape(-1)
    x = images.index_select(0, chosen).view(*rows.shape, -1)
    y = one_hot.index_select(0, chosen).view(*rows.shape, -1)
    hidden = torch.baddbmm(b1, x, w1.transpose(1, 2)).relu()
    output = torch.baddbmm(b2, hidden, w2.transpose(1, 2))
    delta = output.softmax(2) - y
    step = -RATE / rows.shape[1]
    back = torch.bmm(delta, w2) * (hidden > 0)
    w2.baddbmm_(delta.transpose(1, 2), hidden, alpha=step)
    b2.add_(delta.sum(1, keepdim=True), alpha=step)
    w1.baddbmm_(back.transpose(1, 2), x, alpha=step)
    b1.add_(back.sum(1, keepdim=True), alpha=step)
    return output


class Stacked:
    """All clients at once: each layer is one batched product, compiled where that works."""

    def __init__(self, images, labels, compiled=True):
        self.images = images
        self.labels = labels
        self.one_hot = functional.one_hot(labels, 10).float()
        self.step = torch.compile(stacked_step, dynamic=False) if compiled else stacked_step

    @torch.no_grad()
    def train(self, start, orders, batch, loss=False):
        clients = len(orders)
        weights = start.expand(clients, -1)
        w1, b1, w2, b2 = [part.clone() for part in split_rows(weights)]
        for epoch in range(orders.shape[1]):
            total = 0.0
            # Each step's rows contiguous: a slice along the samples would be gathered with strides.
            for rows in orders[:, epoch].split(batch, dim=1):
                output = self.step(w1, b1, w2, b2, self.images, self.one_hot, rows.contiguous())
                if loss:
                    total += functional.cross_entropy(output[0], self.labels[rows[0]], reduction="sum").item()
        vectors = torch.cat([part.reshape(clients, -1) for part in (w1, b1, w2, b2)], dim=1)
        return vectors, [total / orders.shape[2]]


def split_rows(weights):
    """Parameter vectors [clients, P] as stacked weights; biases have a row of their own, for baddbmm."""
    parts, offset = [], 0
    for shape in [(20, 784), (1, 20), (10, 20), (1, 10)]:
        count = shape[0] * shape[1]
        parts.append(weights[:, offset:offset + count].reshape(-1, *shape))
        offset += count
    return parts


FORMS = {
    "module loop": ModuleLoop,
    "by hand": ByHand,
    "stacked": lambda images, labels: Stacked(images, labels, compiled=False),
    "stacked, compiled": Stacked,
}


@torch.no_grad()
def accuracy(vector, images, labels):
    """The share of images classified correctly by a parameter vector."""
    w1, b1, w2, b2 = split(vector, SHAPES)
    output = torch.addmm(b2, torch.addmm(b1, images, w1.t()).relu_(), w2.t())
    return (output.argmax(1) == labels).float().mean().item()


def steps(inputs, form, batch):
    """The workload of single steps: an epoch of random digits; stacked forms train ten clients, which all meet the same samples."""
    trainer = FORMS[form](*inputs.digits("train"))
    start = inputs.array(f"mlp-{batch}/start")
    order = inputs.array(f"mlp-{batch}/order").long()[None]
    if form.startswith("stacked"):
        generator = torch.Generator().manual_seed(1)
        others = [order[0][:, torch.randperm(order.shape[2], generator=generator)] for _ in range(9)]
        order = torch.stack([order[0], *others])
    count = len(order) * order.shape[1] * -(-order.shape[2] // batch)

    def work(limit):
        losses = []
        seconds = timed(lambda: losses.extend(trainer.train(start, order, batch, loss=limit == 0)[1]))
        return seconds, count, losses[:1] if limit == 0 else []

    return work
