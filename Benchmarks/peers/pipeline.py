"""The short MNIST run as one writes it: pre-pass, two autoencoders, validation of every snapshot, ten rounds of two clients."""
import time

import torch
from torch.nn import functional

import autoencoder
import mlp
from common import fill

BATCH, EVERY = 32, 100


def run(inputs):
    trainer = mlp.ModuleLoop(*inputs.digits("train"))
    test = inputs.digits("test")
    start = inputs.array("pipeline/start")
    prepass, orders = inputs.array("pipeline/prepass-order").long(), inputs.array("pipeline/order").long()
    held_out = inputs.array("pipeline/held-out").bool()
    fit_start, fit_order = inputs.array("pipeline/fit-start"), inputs.array("pipeline/fit-order").long()

    def work(_):
        begin = time.perf_counter()
        codecs = []
        for client, order in enumerate(prepass):
            snapshots = snapshots_of(trainer, start, order)
            codec = fit(snapshots, held_out[client], fit_start[client], fit_order[client])
            for snapshot in snapshots:
                mlp.accuracy(snapshot, *test)
                mlp.accuracy(codec(snapshot), *test)
            codecs.append(codec)
        vector, accuracies = start, []
        for order in orders:
            weights, _ = trainer.train(vector, order, BATCH)
            decoded = torch.stack([codec(local) for codec, local in zip(codecs, weights)])
            vector = decoded.double().mean(0).float()
            accuracies.append(mlp.accuracy(vector, *test))
        return time.perf_counter() - begin, 1, accuracies

    return work


def snapshots_of(trainer, start, order):
    """A client's weights after every hundredth step of the pre-pass and at its end."""
    snapshots, steps = [], 0
    total = len(order) * -(-order.shape[1] // BATCH)

    def keep(model):
        nonlocal steps
        steps += 1
        if steps % EVERY == 0 or steps == total:
            snapshots.append(mlp.flat(model))

    trainer.train(start, order[None], BATCH, after_step=keep)
    return torch.stack(snapshots)


def fit(snapshots, held_out, start, orders):
    """Fits an autoencoder to the snapshots less their mean; returns what encodes and decodes a vector."""
    fitted, others = snapshots[~held_out], snapshots[held_out]
    mean = fitted.double().mean(0).float()
    model = autoencoder.autoencoder(snapshots.shape[1], 32)
    fill(model, start)
    optimizer = autoencoder.adam(model, "fused")
    for order in orders:
        autoencoder.train(model, optimizer, fitted - mean, order[None])
        with torch.no_grad():
            functional.mse_loss(model(others - mean), others - mean).item()

    @torch.no_grad()
    def codec(vector):
        return model(vector - mean) + mean

    return codec
