import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDisagreements, tallyOf } from '../../src/training/disagreements.js';

const FILE = 'training-data/disagreements.yaml';

describe('Disagreements of a set and its readers', () => {
  it('are as many of each label as were drawn, each text once, told in words of our own and briefly', async () => {
    const all = await readDisagreements(FILE);
    for (const drawn of all) {
      const { rows, set, readers, nobody } = tallyOf(drawn);
      const name = `${drawn.set}: ${drawn.label}`;
      expect(set + readers + nobody, name).toBe(rows);
      expect(new Set(drawn.rows.map(({ sha256 }) => sha256)).size, name).toBe(rows);
      // Where fewer than twenty differ, all of them.
      expect(rows, name).toBe(name === 'hatemoji-build: incitement' ? 15 : 20);
      for (const { says, right, sha256 } of drawn.rows) {
        // What speaks against our readers is always told.
        if (right === 'set') expect(says, `${name} ${sha256}`).toBeDefined();
        if (says === undefined) continue;
        expect(right).not.toBe('nobody');
        const words = says.split(' ').length;
        expect(words, says).toBeGreaterThanOrEqual(12);
        expect(words, says).toBeLessThanOrEqual(25);
      }
    }
  });

  it('are refused where both say the same, and the file is named', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'premod-disagreements-')), 'wrong.yaml');
    const row = `{ sha256: ${'a'.repeat(64)}, set: 0.5, readers: 1, right: set }`;
    await writeFile(path, `- set: gab\n  label: hate\n  rows:\n    - ${row}\n`);
    await expect(readDisagreements(path)).rejects.toThrow(/wrong\.yaml[\s\S]*say the same/);
  });
});
