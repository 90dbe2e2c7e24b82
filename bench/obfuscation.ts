import { spawn } from 'node:child_process';
import type { Label } from '../src/core/labels.js';
import { randomFrom, shuffled } from '../src/training/random.js';
import { type LabelledText, labelledTexts } from './support/labelled-texts.js';

/**
 * What hidden spelling costs: texts that no model of ours was trained on and that carry a label of harm, as they were sent and
 * with every word of three letters or more hidden in one way, judged by model and rules under the shipped policy.
 *
 *     npm run bench -- obfuscation [DATA] [TEXTS]     a seeded sample of TEXTS of them; all without it
 */
const HARM: readonly Label[] = ['incitement', 'dehumanisation', 'hate', 'threat'];

const FIGURES: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5' };
const CYRILLIC: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', x: 'х', y: 'у' };
const ZERO_WIDTH = '\u200b';
const STROKE = '\u0336';

/** Ways to hide a word that people still read. */
const WAYS: Readonly<Record<string, (word: string) => string>> = {
  leet: (word) => inFigures(word, 2),
  'leet throughout': (word) => inFigures(word, word.length),
  homoglyphs: (word) => eachLetter(word, (letter) => CYRILLIC[letter] ?? letter),
  'zero-width': (word) => [...word].join(ZERO_WIDTH),
  'spaced letters': (word) => [...word].join(' '),
  'dotted letters': (word) => [...word].join('.'),
  'repeated letters': (word) => word.replace(/[aeiou]/i, (vowel) => vowel.repeat(4)),
  'full-width': (word) => eachLetter(word, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'combining marks': (word) => eachLetter(word, (letter) => letter + STROKE),
  'HTML entities': (word) => eachLetter(word, (letter) => `&#${letter.charCodeAt(0)};`),
  'mathematical letters': (word) => eachLetter(word, mathematical),
};
/** Letters set apart need wider gaps between words, as their writers leave. */
const WIDE_GAPS: ReadonlySet<string> = new Set(['spaced letters']);

type Verdict = { readonly id: string; readonly decision: string; readonly flags: readonly Label[] };

const [data = '../shared/data', most] = process.argv.slice(2);
const all = labelledTexts(data).filter(
  ({ from, held, labels }) => from === 'read' && held && HARM.some((label) => (labels[label] ?? 0) >= 0.5),
);
const texts = shuffled(all, randomFrom(5)).slice(0, most === undefined ? all.length : Number(most));
console.log(`${texts.length} of ${all.length} texts that were held back and carry ${HARM.join(', ')}\n`);

const plain = await recall((text) => text);
console.log('| hidden by | before a person or rejected | points lost | flagged with its label | points lost |');
console.log('| --- | ---: | ---: | ---: | ---: |');
console.log(`| nothing | ${percent(plain.stopped)} | | ${percent(plain.flagged)} | |`);
for (const [name, hide] of Object.entries(WAYS)) {
  const { stopped, flagged } = await recall((text) => hidden(text, hide, WIDE_GAPS.has(name)));
  console.log(
    `| ${name} | ${percent(stopped)} | ${points(plain.stopped - stopped)} | ${percent(flagged)} | ${points(plain.flagged - flagged)} |`,
  );
}

function hidden(text: string, hide: (word: string) => string, wide: boolean): string {
  const spread = wide ? text.replaceAll(' ', '   ') : text;
  return spread.replace(/(?<![\p{L}\p{N}@#/&.:])[a-z]{3,}(?![\p{L}\p{N}@/:]|\.\p{L})/giu, hide);
}

function eachLetter(word: string, change: (letter: string) => string): string {
  return [...word].map(change).join('');
}

/** With the first so many letters that have a figure written as one. */
function inFigures(word: string, most: number): string {
  let left = word.length < 4 && most < word.length ? 0 : most;
  return eachLetter(word, (letter) => {
    const figure = FIGURES[letter.toLowerCase()];
    if (figure === undefined || left === 0) return letter;
    left -= 1;
    return figure;
  });
}

function mathematical(letter: string): string {
  const code = letter.charCodeAt(0);
  return String.fromCodePoint(code >= 97 ? 0x1d41a + code - 97 : 0x1d400 + code - 65);
}

/** The share of texts that did not pass, and the share that raised one of its own labels of harm. */
async function recall(change: (text: string) => string): Promise<{ stopped: number; flagged: number }> {
  const verdicts = await judge(texts.map(({ text }, n) => ({ id: String(n), text: change(text) })));
  const stopped = verdicts.filter(({ decision }) => decision !== 'approve').length;
  const flagged = verdicts.filter(({ flags }, n) => carried(texts[n]).some((label) => flags.includes(label))).length;
  return { stopped: stopped / texts.length, flagged: flagged / texts.length };
}

function carried(text: LabelledText | undefined): readonly Label[] {
  return HARM.filter((label) => (text?.labels[label] ?? 0) >= 0.5);
}

async function judge(lines: readonly { readonly id: string; readonly text: string }[]): Promise<readonly Verdict[]> {
  const child = spawn(process.execPath, ['dist/server/main.js', 'score'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const out: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  // The language is said, because a detector would be asked about text that no language spells so.
  child.stdin.end(lines.map((line) => `${JSON.stringify({ ...line, language: 'en' })}\n`).join(''));
  await new Promise((done) => child.once('close', done));
  return Buffer.concat(out)
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function points(part: number): string {
  return (100 * part).toFixed(1);
}
