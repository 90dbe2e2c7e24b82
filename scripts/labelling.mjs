#!/usr/bin/env node
// Labels of our own on public texts, which are not kept here: training-data/README.md says how a round goes.
//
//   node scripts/labelling.mjs pick --data DIR --plan FILE --readers N --to FOLDER [--scores FILE]
//       Draws the texts of a round and deals them out: one sheet a reader, a tenth of each also on the next reader's.
//       The plan's draws come one after the other, and none takes what an earlier one took: a draw at random stands first.
//       A draw by score needs FILE: what `premod score` says of texts whose id is their sha256.
//   node scripts/labelling.mjs keep --from FOLDER --round NAME
//       Reads what the readers wrote into training-data/labels/NAME.tsv, beside what is there already: a sheet that was read late
//       adds to the others, one that is kept again replaces what its reader said of the same texts.
//   node scripts/labelling.mjs agree
//       Cohen's kappa of each label over all texts that two readers read blind.
//
//   --kind rudeness reads, keeps and compares in training-data/rudeness what makes readers leave: a digit, letters behind it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';

/** What readers are asked, each kept in a folder of its name under training-data. */
const KINDS = {
  labels: {
    letters: {
      I: 'incitement',
      D: 'dehumanisation',
      H: 'hate',
      T: 'threat',
      S: 'severe_toxicity',
      C: 'mention',
      U: "can't tell",
    },
    written: /^(-|[IDHTSCU]+)$/,
  },
  // The digit says how many readers would call the comment toxic, from 0, nobody, to 9, everybody.
  rudeness: {
    letters: { N: 'insult', P: 'profanity', A: 'identity_attack', U: "can't tell" },
    written: /^(\d[NPA]*|U)$/,
    claims: [['toxicity', (labels) => Number.parseInt(labels, 10) >= 5]],
  },
};
/** Every so many-th text of a sheet is read by the next reader too. */
const TWICE = 10;

const [command, ...rest] = process.argv.slice(2);
const { values } = parseArgs({
  args: rest,
  options: {
    data: { type: 'string' },
    plan: { type: 'string' },
    scores: { type: 'string' },
    readers: { type: 'string', default: '4' },
    to: { type: 'string' },
    from: { type: 'string' },
    round: { type: 'string' },
    kind: { type: 'string', default: 'labels' },
  },
});
const kind = KINDS[values.kind];
if (kind === undefined) {
  console.error(`--kind ${values.kind} is not known: say ${Object.keys(KINDS).join(' or ')}.`);
  process.exit(1);
}
const folder = fileURLToPath(new URL(`../training-data/${values.kind}/`, import.meta.url));
const commands = { pick, keep, agree };
if (!(command in commands)) {
  console.error(`Say what to do: ${Object.keys(commands).join(', ')}.`);
  process.exit(1);
}
commands[command]();

function pick() {
  const { data, plan, to } = values;
  const readers = Number(values.readers);
  const { seed, draws, seen = [] } = parse(readFileSync(plan, 'utf8'));
  const known = new Set([...keptLabels().map(({ sha }) => sha), ...seen.flatMap((file) => namedIn(data, file))]);
  const scoresOf = values.scores === undefined ? new Map() : readScores(values.scores);
  const chosen = [];
  for (const [i, { set, rows, words, score, split, longest = 700 }] of draws.entries()) {
    const pattern = words === undefined ? null : new RegExp(words.join('|'), 'iu');
    const texts = readSet(data, set)
      .filter((row) => split === undefined || row.split === split)
      .map(({ text }) => text)
      .filter((text) => text.length <= longest && /\p{L}/u.test(text) && (pattern === null || pattern.test(text)))
      .filter((text) => !known.has(shaOf(text)) && inBand(scoresOf.get(shaOf(text)), score))
      .map((text) => ({ text, sha: shaOf(text), order: shaOf(`${seed} ${text}`) }))
      .sort((a, b) => (a.order < b.order ? -1 : 1));
    let taken = 0;
    for (const { text, sha, order } of texts) {
      if (taken >= rows) break;
      if (known.has(sha)) continue;
      known.add(sha);
      chosen.push({ text, sha, order, draw: i + 1 });
      taken += 1;
    }
    console.log(`${set}: ${taken} of ${texts.length}`);
  }
  // Mixed, so that no reader sees one set and one drawing alone.
  chosen.sort((a, b) => (a.order < b.order ? -1 : 1));
  const sheets = Array.from({ length: readers }, (_, reader) => chosen.filter((_, i) => i % readers === reader));
  const dealt = sheets.map((sheet, reader) => {
    const next = sheets[(reader + 1) % readers];
    return [...sheet, ...(readers > 1 ? next.filter((_, i) => i % TWICE === 0) : [])].sort((a, b) =>
      a.order.slice(8) < b.order.slice(8) ? -1 : 1,
    );
  });
  mkdirSync(to, { recursive: true });
  dealt.forEach((sheet, reader) => {
    writeFileSync(join(to, `sheet-${reader + 1}.keys`), sheet.map(({ sha, draw }) => `${sha}\t${draw}\n`).join(''));
    const lines = sheet.map(({ text }, n) => `${n + 1}\t${text.replaceAll(/\s+/g, ' ').trim()}\n`);
    writeFileSync(join(to, `sheet-${reader + 1}.txt`), lines.join(''));
  });
  console.log(`${chosen.length} texts, ${dealt.map((sheet) => sheet.length).join(' + ')} to read`);
}

/** Whether one of the labels' scores lies where the plan wants it; a draw that names no scores takes every text. */
function inBand(scores, band) {
  if (band === undefined) return true;
  if (scores === undefined) return false;
  return band.labels.some((label) => scores[label] >= band.from && scores[label] < band.to);
}

function readScores(path) {
  const answers = readFileSync(path, 'utf8').trim().split('\n').map(JSON.parse);
  return new Map(answers.flatMap(({ id, scores }) => (scores ? [[id, scores]] : [])));
}

function keep() {
  const { from, round } = values;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${round}.tsv`);
  const kept = new Map((existsSync(path) ? linesIn(path) : []).map((line) => [keyOf(line), line]));
  const before = kept.size;
  for (const file of readdirSync(from).filter((name) => /^sheet-\d+\.labels$/.test(name))) {
    const reader = `${round}-${file.match(/\d+/)[0]}`;
    const keys = readFileSync(join(from, file.replace('.labels', '.keys')), 'utf8')
      .trim()
      .split('\n');
    const read = new Map(
      readFileSync(join(from, file), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('\t')),
    );
    let missing = 0;
    keys.forEach((key, n) => {
      const [sha, draw = ''] = key.split('\t');
      const labels = read.get(String(n + 1))?.trim();
      if (labels === undefined) missing += 1;
      else if (!kind.written.test(labels)) throw new Error(`${file}, text ${n + 1}: ${labels}`);
      else {
        const line = [sha, inOrder(labels), round, reader, draw].join('\t').trimEnd();
        kept.set(keyOf(line), line);
      }
    });
    console.log(`${file}: ${keys.length - missing} read, ${missing} left out`);
  }
  const lines = [...kept.values()].sort();
  writeFileSync(path, `${['sha256', 'labels', 'round', 'reader', 'draw'].join('\t')}\n${lines.join('\n')}\n`);
  console.log(`${lines.length} labels in ${path}, ${lines.length - before} of them new`);
}

/** What one reader said of one text is said once. */
function keyOf(line) {
  const [sha, , , reader] = line.split('\t');
  return `${sha} ${reader}`;
}

function agree() {
  const byText = grouped(keptLabels(), ({ sha }) => sha);
  const pairs = [...byText.values()].filter((all) => all.length > 1).map(([one, other]) => [one, other]);
  console.log(`${byText.size} texts, ${pairs.length} of them read twice`);
  const claims = [
    ...(kind.claims ?? []),
    ...Object.entries(kind.letters).map(([letter, label]) => [label, (labels) => labels.includes(letter)]),
  ];
  for (const [label, holds] of claims) {
    const marks = pairs.map((pair) => pair.map(({ labels }) => holds(labels)));
    const both = marks.filter(([a, b]) => a && b).length;
    const [first, second] = [0, 1].map((i) => marks.filter((pair) => pair[i]).length / marks.length);
    const same = marks.filter(([a, b]) => a === b).length / marks.length;
    const chance = first * second + (1 - first) * (1 - second);
    const kappa = chance === 1 ? Number.NaN : (same - chance) / (1 - chance);
    console.log(
      `${label.padEnd(16)} kappa ${kappa.toFixed(2)}, by both ${both}, by one or both ${marks.flat().filter(Boolean).length - both}`,
    );
  }
}

function inOrder(labels) {
  return `${labels.match(/^[-\d]?/)[0]}${Object.keys(kind.letters)
    .filter((letter) => labels.includes(letter))
    .join('')}`;
}

function keptLabels() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tsv'))
    .flatMap((name) => linesIn(join(folder, name)))
    .map((line) => line.split('\t'))
    .map(([sha, labels, round, reader]) => ({ sha, labels, round, reader }));
}

/** The readings of a round. */
function linesIn(path) {
  return readFileSync(path, 'utf8').trim().split('\n').slice(1);
}

/** The texts that a list of set and id names. */
function namedIn(data, file) {
  const rows = readFileSync(join(data, file), 'utf8').trim().split('\n').slice(1);
  const ids = grouped(
    rows.map((row) => row.split('\t')),
    ([set]) => set,
  );
  return [...ids].flatMap(([set, named]) => {
    const wanted = new Set(named.map(([, id]) => id));
    return readSet(data, set).flatMap(({ id, text }) => (wanted.has(id) ? [shaOf(text)] : []));
  });
}

/** The texts of a set; of debates, their comments. */
function readSet(data, set) {
  const lines = gunzipSync(readFileSync(join(data, `${set}.jsonl.gz`)))
    .toString('utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).flatMap((row) => row.comments?.map((text) => ({ text })) ?? [row]);
}

function shaOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
