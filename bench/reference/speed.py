"""The same encoder in PyTorch, for comparison with `npm run bench -- model`. Needs what embed.py needs.

    /tmp/reference/bin/python bench/reference/speed.py [threads]
"""

import sys
import time

import torch
from embed import encode, load


def main(threads):
    torch.set_num_threads(threads)
    weights, _ = load()
    w = {name.removeprefix('0.auto_model.'): tensor.float() for name, tensor in weights.items() if tensor.is_floating_point()}
    print(f'PyTorch {torch.__version__}, {threads} threads')
    print('tokens  batch   p50 ms   p95 ms   comments/s')
    for length in (32, 64, 120):
        for batch in (1, 8, 32):
            ids = torch.randint(1000, 20000, (batch, length))
            mask = torch.ones(batch, length)
            times = []
            with torch.inference_mode():
                for _ in range(3):
                    encode(w, ids, mask)
                until = time.perf_counter() + 3
                while time.perf_counter() < until:
                    begin = time.perf_counter()
                    encode(w, ids, mask)
                    times.append((time.perf_counter() - begin) * 1000)
            times.sort()
            p50, p95 = times[len(times) // 2], times[min(len(times) - 1, int(0.95 * len(times)))]
            print(f'{length:6} {batch:6} {p50:8.1f} {p95:8.1f} {batch / p50 * 1000:12.0f}')


if __name__ == '__main__':
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
