"""The classifier vgg3 on 32x32 colour images, batch 64, SGD with momentum."""
import torch
from torch import nn
from torch.nn import functional

from common import fill, timed


def vgg3():
    layers, channels = [], 3
    for width in (32, 64, 128):
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10))


def steps(inputs, form):
    """An epoch of training; `form` is plain, channels-last, compiled or bf16 (the last two channels-last)."""
    layout = torch.contiguous_format if form == "plain" else torch.channels_last
    images = inputs.array("colours/train-images")
    labels = inputs.array("colours/train-labels").long()
    start, order = inputs.array("cnn/start"), inputs.array("cnn/order").long()[0]
    model = vgg3().to(memory_format=layout)
    run = torch.compile(model) if form == "compiled" else model

    def epoch():
        total = torch.zeros(())
        for rows in order.split(64):
            x = images[rows].contiguous(memory_format=layout)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=form == "bf16"):
                loss = functional.cross_entropy(run(x), labels[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        losses.append(total.item() / len(order))

    losses = []

    def work(_):
        nonlocal optimizer
        fill(model, start)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        losses.clear()
        return timed(epoch), len(order), list(losses)

    optimizer = None
    return work
