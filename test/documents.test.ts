import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LABELS } from '../src/core/labels.js';

/** The labels that the shipped artefact does not score. Off-topic is scored by its vectors and not by a head. */
function uncovered(): readonly string[] {
  const shipped = readFileSync(join('models', 'CURRENT'), 'utf8').trim();
  const { labels } = JSON.parse(readFileSync(join('models', shipped, 'manifest.json'), 'utf8'));
  return LABELS.filter((label) => label !== 'off_topic' && !labels.includes(label));
}

test.for(['README.md', 'docs/labels.md', 'docs/operations.md'])(
  '%s names the labels that the shipped artefact does not cover',
  (file) => {
    const text = readFileSync(file, 'utf8').replaceAll(/\s+/g, ' ');
    const [, said = ''] = /shipped artefact does not cover ([^.:;]+)/.exec(text) ?? [];
    expect([...said.matchAll(/`(\w+)`/g)].map(([, label]) => label)).toEqual(uncovered());
  },
);
