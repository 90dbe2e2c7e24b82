import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { normalise } from '../src/core/normalise.js';
import { type CompiledRules, compileRules, findRuleHits, parseRuleList, type RuleList } from '../src/core/rules.js';
import { loadRuleLists } from '../src/model/rule-lists.js';

/**
 * The rules alone: ten thousand entries on a thousand comments, the shipped lists on the same and on the longest and worst
 * comments, and how long the shipped lists take to load. Milliseconds of processor time, the best of three.
 *
 *     npm run bench -- rules [--data FILE.jsonl.gz …]     texts of public sets beside those of its own making
 */
const ENTRIES = 10_000;
const COMMENTS = 1_000;
const LONGEST_BYTES = 20_480;

const files = process.argv.slice(process.argv.indexOf('--data') + 1).filter((name) => name.endsWith('.jsonl.gz'));
const random = mulberry(20_261_121);
const lexicon = Array.from({ length: 20_000 }, (_, index) => wordOf(index));
const begin = performance.now();
const cpu = process.cpuUsage();
const { lists, compiled } = await loadRuleLists('models/rules');
console.log(
  `The shipped lists load in ${since(cpu)} ms of processor time, ${Math.round(performance.now() - begin)} ms in all.`,
);
const many = compileRules([listOf(ENTRIES)]);

const sets: [string, readonly string[]][] = [['of its own making', Array.from({ length: COMMENTS }, () => comment())]];
for (const file of files) sets.push([file.replace(/^.*\//, ''), textsOf(file)]);
console.log(
  `\n| ${COMMENTS} comments | normalising | ${ENTRIES} entries | shipped lists |\n| --- | ---: | ---: | ---: |`,
);
for (const [name, texts] of sets) {
  const normalising = best(() => {
    for (const text of texts) normalise(text);
  });
  console.log(`| ${name} | ${normalising} | ${time(many, texts)} | ${time(compiled, texts)} |`);
}

const words = vocabularyOf(lists);
const worst: [string, string][] = [
  ['the', 'the '],
  ['they are all just', 'they are all just '],
  ['kill', 'kill '],
  ['kill them', 'kill them '],
  ['they are vermin', 'they are vermin '],
  ['"they are vermin"', '"they are vermin" '],
  ["'a", "'a "],
  ['no address', 'http://a.b.example/x '],
  ['one long word', 'x'],
  ['aa bb', 'aabb ccdd '],
  ['not', 'not not, they '],
  ['full stops', 'a. '],
];
console.log(`\n| ${LONGEST_BYTES} bytes of | ${ENTRIES} entries | shipped lists |\n| --- | ---: | ---: |`);
for (const [name, piece] of worst) row(name, piece.repeat(Math.ceil(LONGEST_BYTES / piece.length)));
row('words of the shipped lists', Array.from({ length: 4_000 }, () => pick(words)).join(' '));
row('beginnings of the shipped phrases', Array.from({ length: 4_000 }, () => pick(words).split(' ')[0]).join(' '));

function row(name: string, text: string): void {
  const cut = text.slice(0, LONGEST_BYTES);
  console.log(`| ${name} | ${time(many, [cut])} | ${time(compiled, [cut])} |`);
}

function time(rules: CompiledRules, texts: readonly string[]): string {
  const comments = texts.map((text) => ({ text, normalised: normalise(text) }));
  return best(() => {
    for (const one of comments) findRuleHits(rules, one);
  });
}

function best(work: () => void): string {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    work();
    return since(before);
  });
  return Math.min(...times).toString();
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 100) / 10;
}

/** Words, phrases and stems in equal parts; one in fifty comments or so meets one. */
function listOf(count: number): RuleList {
  const rare = () => lexicon[5_000 + Math.floor(random() * 15_000)] ?? '';
  const third = Math.floor(count / 3);
  const entries = {
    words: ['vermin', ...Array.from({ length: third }, rare)],
    phrases: Array.from({ length: count - 2 * third }, () => `${word()} ${word()} ${rare()}`),
    stems: Array.from({ length: third }, rare),
  };
  const rule = { id: 'many', label: 'insult', effect: 'flag', reason: 'It is one of many.', match: ['vermin'] };
  return parseRuleList('many', { about: 'Many entries.', rules: [{ ...rule, when: entries, ignore: ['people'] }] });
}

function comment(): string {
  const sentences = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
    Array.from({ length: 4 + Math.floor(random() * 16) }, word).join(' '),
  );
  return `${sentences.join('. ')}.`;
}

/** As in any language, a few words make up most of a text. */
function word(): string {
  return lexicon[Math.floor(lexicon.length ** random()) - 1] ?? 'the';
}

function wordOf(index: number): string {
  const common = 'the they are all and of to a in you we them not it is that people this have just'.split(' ');
  const syllables = [
    'ba',
    'ko',
    'ri',
    'sen',
    'tu',
    'mal',
    've',
    'lop',
    'di',
    'nar',
    'fe',
    'gus',
    'hi',
    'jor',
    'pa',
    'wel',
  ];
  let name = '';
  for (let rest = index + 17; rest > 0; rest = Math.floor(rest / 16)) name += syllables[rest % 16] ?? '';
  return common[index] ?? name;
}

function vocabularyOf(all: readonly RuleList[]): readonly string[] {
  return [
    ...new Set(
      JSON.stringify(all.map(({ sets: named, rules }) => [named, rules.map(({ when }) => when)])).match(
        /[a-z]+(?: [a-z]+)*/g,
      ),
    ),
  ];
}

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function textsOf(file: string): readonly string[] {
  const rows = gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n', 20 * COMMENTS);
  const texts = rows.flatMap((row) => (row === '' ? [] : [(JSON.parse(row) as { text?: string }).text ?? '']));
  return texts.slice(0, COMMENTS);
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
