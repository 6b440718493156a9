"""Autoencoders of weight vectors: one layer to the latent and one back, batch 16, Adam, mean squared error."""
import torch
from torch import nn
from torch.nn import functional

from common import fill, timed


def autoencoder(width, latent):
    return nn.Sequential(nn.Linear(width, latent), nn.ReLU(), nn.Linear(latent, width))


def train(model, optimizer, samples, orders):
    """Epochs of training; returns the mean loss of the last."""
    for order in orders:
        total = torch.zeros(())
        for rows in order.split(16):
            x = samples[rows]
            optimizer.zero_grad()
            loss = functional.mse_loss(model(x), x)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
    return total.item() / orders.shape[1]


def adam(model, form):
    return torch.optim.Adam(model.parameters(), lr=0.001, fused=True if "fused" in form else None)


def small(inputs, form):
    """Ten epochs of 15910-32-15910 from the same weights each time."""
    samples, start = inputs.array("ae/samples"), inputs.array("ae/start")
    orders = inputs.array("ae/order").long()
    model = autoencoder(samples.shape[1], 32)

    def work(_):
        fill(model, start)
        optimizer, losses = adam(model, form), []
        seconds = timed(lambda: losses.append(train(model, optimizer, samples, orders)))
        return seconds, orders.shape[0] * -(-orders.shape[1] // 16), losses

    return work


def big(inputs, form):
    """Steps of 550570-320-550570, which go on from where the last ones ended."""
    samples = inputs.array("big-ae/samples")
    with torch.device("meta"):
        model = autoencoder(samples.shape[1], 320)
    # No random draw of 350 million weights only to overwrite them.
    model = model.to_empty(device="cpu")
    fill(model, inputs.array("big-ae/start"))
    optimizer = adam(model, form)
    order = torch.arange(len(samples)).expand(2, -1)
    fresh = True

    def work(_):
        nonlocal fresh
        losses = []
        seconds = timed(lambda: losses.append(train(model, optimizer, samples, order)))
        if not fresh:
            losses = []
        fresh = False
        return seconds, len(order), losses

    return work
