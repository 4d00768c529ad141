"""PyTorch: eager, or with torch.compile; image networks in its default layout or in channels_last."""

from importlib.metadata import version

from adapter import BATCH, measure, network_parts, read_images


def setup(job):
    import torch
    from pytorch_networks import Baseline, ImageNetwork
    from torch import nn

    torch.set_num_threads(job["threads"])
    (images, labels), (test_images, test_labels) = [
        (torch.from_numpy(x), torch.from_numpy(y).long()) for x, y in read_images(job["data"])
    ]
    if job.get("network"):
        images, test_images = images[:, None], test_images[:, None]
        network = ImageNetwork(network_parts(job["network"]))
    else:
        network = Baseline()
    if job.get("channelsLast"):
        network = network.to(memory_format=torch.channels_last)
        images, test_images = [x.to(memory_format=torch.channels_last) for x in (images, test_images)]
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
