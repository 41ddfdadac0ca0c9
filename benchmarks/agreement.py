"""The two engines on many generated networks: python -m benchmarks.agreement --networks 3000"""

import argparse

import numpy as np
from tests.generative.networks import random_network

from kram.inference import enumeration, exact
from kram.model.network import Posterior


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=3000)
    count = parser.parse_args().networks
    worst = dict.fromkeys(Posterior.__annotations__, 0.0)
    for seed in range(count):
        network = random_network(seed, 1 + seed % 9, seed % 7, lanes=2, nasty=seed % 3 == 0)
        one, other = exact.posterior(network), enumeration.posterior(network)
        for name in worst:
            worst[name] = max(worst[name], float(np.abs(getattr(one, name) - getattr(other, name)).max()))
    print(f"{count} networks of 1 to 9 causes and 0 to 6 positive signs, worst difference of exact and enumeration:")
    for name, difference in worst.items():
        print(f"  {name:<10} {difference:.1e}")


if __name__ == "__main__":
    main()
