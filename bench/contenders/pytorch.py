"""PyTorch: eager, or with torch.compile. Same initialisation and hyperparameters as Keras."""

from importlib.metadata import version

from adapter import BATCH, measure, read_images


def setup(job):
    import torch
    from torch import nn

    torch.set_num_threads(job["threads"])
    (images, labels), (test_images, test_labels) = [
        (torch.from_numpy(x), torch.from_numpy(y).long()) for x, y in read_images(job["data"])
    ]

    def dense(inputs, units):
        layer = nn.Linear(inputs, units)
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        return layer

    class Norm(nn.BatchNorm1d):
        """Over the last axis, as Keras has it; torch counts the momentum from the other end."""

        def __init__(self, units):
            super().__init__(units, eps=1e-3, momentum=0.01)

        def forward(self, x):
            return super().forward(x.flatten(0, 1)).view_as(x)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Sequential(
                dense(28, 30), nn.ReLU(), Norm(30), dense(30, 30), nn.ReLU(), Norm(30), nn.Dropout(0.5)
            )
            self.output = dense(28 * 58, 10)

        def forward(self, x):
            return self.output(torch.cat([x, self.hidden(x)], -1).flatten(1))

    network = Network()
    forward = torch.compile(network) if job.get("compile") else network
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)

    class Adapter:
        versions = {"torch": version("torch")}

        def train(self, rows, epochs, validate):
            for _ in range(epochs):
                network.train()
                for batch in torch.randperm(rows).split(BATCH):
                    optimizer.zero_grad()
                    nn.functional.cross_entropy(forward(images[batch]), labels[batch]).backward()
                    optimizer.step()
                if validate:
                    self.accuracy()

        def accuracy(self):
            return (self.predict().argmax(1) == test_labels).float().mean().item()

        @torch.inference_mode()
        def predict(self):
            network.eval()
            return torch.cat([forward(x).softmax(1) for x in test_images.split(1000)])

        @torch.inference_mode()
        def predict_one(self, image):
            network.eval()
            return forward(test_images[image : image + 1]).softmax(1)

    return Adapter()


measure(setup)
