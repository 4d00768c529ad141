"""The networks in PyTorch, with the initialisation and hyperparameters of Keras."""

import torch
from torch import nn


def dense(inputs, units):
    layer = nn.Linear(inputs, units)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


# torch counts the momentum from the other end.
NORM = {"eps": 1e-3, "momentum": 0.01}


class Baseline(nn.Module):
    """On [n, 28, 28]."""

    class Norm(nn.BatchNorm1d):
        """Over the last axis, as Keras has it."""

        def forward(self, x):
            return super().forward(x.flatten(0, 1)).view_as(x)

    def __init__(self):
        super().__init__()
        norms = [self.Norm(30, **NORM) for _ in range(2)]
        self.hidden = nn.Sequential(
            dense(28, 30), nn.ReLU(), norms[0], dense(30, 30), nn.ReLU(), norms[1], nn.Dropout(0.5)
        )
        self.output = dense(28 * 58, 10)

    def forward(self, x):
        return self.output(torch.cat([x, self.hidden(x)], -1).flatten(1))


def convolution(channels, filters, strides=1, kernel=3):
    layer = nn.Conv2d(channels, filters, kernel, strides, padding=kernel // 2, bias=False)
    nn.init.kaiming_normal_(layer.weight)
    return nn.Sequential(layer, nn.BatchNorm2d(filters, **NORM))


class Residual(nn.Module):
    def __init__(self, channels, filters, strides):
        super().__init__()
        first = convolution(channels, filters, strides or 1)
        self.deep = nn.Sequential(first, nn.ReLU(), convolution(filters, filters))
        self.short = convolution(channels, filters, strides, 1) if strides else nn.Identity()

    def forward(self, x):
        return torch.relu(self.deep(x) + self.short(x))


class ImageNetwork(nn.Module):
    """The network that networks.js describes, on [n, 1, 28, 28]."""

    def __init__(self, parts):
        super().__init__()
        layers, channels = [], 1
        for part in parts:
            if part == "pool":
                layers.append(nn.MaxPool2d(2))
                continue
            if isinstance(part, int):
                layers += [convolution(channels, part), nn.ReLU()]
                channels = part
            else:
                layers.append(Residual(channels, part["residual"], part.get("strides")))
                channels = part["residual"]
        self.layers = nn.Sequential(*layers)
        self.output = dense(channels, 10)

    def forward(self, x):
        return self.output(self.layers(x).mean((2, 3)))
