"""A small multilayer perceptron and its optimiser, in NumPy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Network:
    """Fully connected layers with SiLU between them."""

    def __init__(self, sizes: tuple[int, ...], rng: np.random.Generator) -> None:
        self.weights: list[Floats] = [
            rng.normal(0, np.sqrt(1.6 / inputs), (inputs, outputs)).astype(np.float32)
            for inputs, outputs in pairwise(sizes)
        ]
        self.biases: list[Floats] = [np.zeros(outputs, np.float32) for outputs in sizes[1:]]
        # It begins close to changing nothing.
        self.weights[-1] *= np.float32(0.1)
        self._inputs: list[Floats] = []
        self._slopes: list[Floats] = []

    def forward(self, x: Floats, rng: np.random.Generator, dropout: float) -> Floats:
        """The answer (N, outputs); hidden values are left out at random with this probability."""
        self._inputs, self._slopes = [], []
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            self._inputs.append(x)
            before = x @ weights + biases
            sigmoid = 1 / (1 + np.exp(-before))
            kept = (rng.random(before.shape, dtype=np.float32) > dropout).astype(np.float32) / (1 - dropout)
            x = before * sigmoid * kept
            self._slopes.append((sigmoid * (1 + before * (1 - sigmoid)) * kept).astype(np.float32))
        self._inputs.append(x)
        return np.asarray(x @ self.weights[-1] + self.biases[-1])

    def backward(self, gradient: Floats) -> tuple[list[Floats], list[Floats]]:
        """The loss's gradient by weights and by biases, given that by the last answer."""
        by_weights, by_biases = [], []
        for layer in reversed(range(len(self.weights))):
            by_weights.append(self._inputs[layer].T @ gradient)
            by_biases.append(gradient.sum(axis=0))
            if layer:
                gradient = gradient @ self.weights[layer].T * self._slopes[layer - 1]
        return by_weights[::-1], by_biases[::-1]


class Adam:
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019), a short warm-up and a cosine schedule."""

    WARM_UP_STEPS = 100

    def __init__(self, network: Network, rate: float, decay: float, steps: int) -> None:
        self.network, self.rate, self.decay, self.steps = network, rate, decay, steps
        self.done = 0
        parameters = [*network.weights, *network.biases]
        self._first = [np.zeros_like(parameter) for parameter in parameters]
        self._second = [np.zeros_like(parameter) for parameter in parameters]

    def step(self, gradients: tuple[list[Floats], list[Floats]]) -> None:
        """Change the network's parameters once."""
        self.done += 1
        warmth = min(1.0, self.done / self.WARM_UP_STEPS)
        rate = self.rate * warmth * (1 + np.cos(np.pi * self.done / self.steps)) / 2
        parameters = [*self.network.weights, *self.network.biases]
        for place, (parameter, gradient) in enumerate(zip(parameters, [*gradients[0], *gradients[1]], strict=True)):
            first, second = self._first[place], self._second[place]
            first += np.float32(0.1) * (gradient - first)
            second += np.float32(0.001) * (gradient**2 - second)
            mean = first / np.float32(1 - 0.9**self.done)
            size = np.sqrt(second / np.float32(1 - 0.999**self.done)) + np.float32(1e-8)
            decay = self.decay if parameter.ndim > 1 else 0.0
            parameter -= np.float32(rate) * (mean / size + np.float32(decay) * parameter)
