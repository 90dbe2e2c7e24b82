import { writeFileSync } from 'node:fs';
import { say } from '../src/cli/say.js';
import type { Label } from '../src/core/labels.js';
import { normalise } from '../src/core/normalise.js';
import { compileRules, findRuleHits, type RuleHit } from '../src/core/rules.js';
import { loadRuleLists } from '../src/model/rule-lists.js';
import { type LabelledText, labelledTexts } from './support/labelled-texts.js';

/**
 * What the shipped rules find in texts that people have labelled, and in threads that a newspaper let stand.
 *
 *     npm run bench -- rules-precision [DATA] [HITS.jsonl]     every hit with its text is written to HITS.jsonl
 *
 * The labelled texts were chosen for being abusive: precision on them is higher than in a live stream, and the threads, where
 * every hit of a rule that asks or rejects counts as wrong, say what the rest would cost.
 */
type Count = { hits: number; known: number; right: number; harmful: number; inThreads: number; inReview: number };

/** A rule that asks about one of these is no waste of time where another of them holds. */
const HARM: readonly Label[] = ['incitement', 'dehumanisation', 'hate', 'threat', 'severe_toxicity', 'identity_attack'];
const [data = '../shared/data', hitsFile] = process.argv.slice(2);
say(`Reading ${data} …`);
const texts = labelledTexts(data);
say(`${texts.length} texts are read. Loading the rules …`);
const before = performance.now();
const { lists } = await loadRuleLists('models/rules');
const loaded = performance.now();
const compiled = compileRules(lists);
const ready = performance.now();

const counts = new Map<string, Count>();
const found: string[] = [];
const threads = { comments: 0, asked: 0 };
const recall = new Map<Label, { positive: number; byLabel: number; byAny: number }>();
/** On a busy machine this takes minutes: every ten seconds it says how far it is. */
const SAYS_AFTER_MS = 10_000;
let said = ready;
let slowest = { ms: 0, length: 0 };
for (const [index, one] of texts.entries()) {
  const began = performance.now();
  const { hits } = findRuleHits(compiled, { text: one.text, normalised: normalise(one.text) });
  const asking = hits.filter(({ effect }) => effect === 'review' || effect === 'reject');
  if (one.from === 'threads') {
    threads.comments += 1;
    if (asking.length > 0) threads.asked += 1;
  }
  for (const [label, value] of Object.entries(one.labels) as [Label, number][]) {
    if (value < 0.5) continue;
    const so = recall.get(label) ?? { positive: 0, byLabel: 0, byAny: 0 };
    so.positive += 1;
    if (hits.some((hit) => hit.label === label)) so.byLabel += 1;
    if (asking.length > 0) so.byAny += 1;
    recall.set(label, so);
  }
  for (const hit of hits) count(hit, one);
  const now = performance.now();
  if (now - began > slowest.ms) slowest = { ms: now - began, length: one.text.length };
  if (now - said < SAYS_AFTER_MS) continue;
  said = now;
  const left = ((now - ready) / (index + 1)) * (texts.length - index - 1);
  say(`${index + 1} of ${texts.length} texts, ${Math.ceil(left / 1000)} s left`);
}
const judged = performance.now();
report();

function count(hit: RuleHit, { from, text, labels }: LabelledText): void {
  const its = counts.get(hit.rule) ?? { hits: 0, known: 0, right: 0, harmful: 0, inThreads: 0, inReview: 0 };
  counts.set(hit.rule, its);
  const value = labels[hit.label];
  its.hits += 1;
  if (from === 'threads') its.inThreads += 1;
  if (value !== undefined) {
    its.known += 1;
    if (value >= 0.5) its.right += 1;
    if (value >= 0.5 || HARM.some((label) => (labels[label] ?? 0) >= 0.5)) its.harmful += 1;
  }
  const [first] = hit.stretches;
  const matched = first === undefined ? '' : text.slice(first.begin, first.end);
  found.push(
    JSON.stringify({ rule: hit.rule, effect: hit.effect, label: hit.label, value, from, matched, labels, text }),
  );
}

function report(): void {
  const rules = lists.flatMap((list) => list.rules);
  console.log(
    `${rules.length} rules: read, checked and compiled in ${ms(loaded - before)}, compiled again in ${ms(ready - loaded)}`,
  );
  console.log(
    `${texts.length} texts judged in ${ms(judged - ready)}; the slowest, of ${slowest.length} characters, took ${ms(slowest.ms)}\n`,
  );
  console.log('| rule | effect | hits | label known | carries it | carries harm | in threads |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const { id, effect } of rules) {
    const its = counts.get(id) ?? { hits: 0, known: 0, right: 0, harmful: 0, inThreads: 0 };
    console.log(
      `| ${id} | ${effect} | ${its.hits} | ${its.known} | ${share(its.right, its.known)} | ${share(its.harmful, its.known)} | ${its.inThreads} |`,
    );
  }
  console.log(
    `\nThreads: ${threads.asked} of ${threads.comments} comments asked about or rejected (${share(threads.asked, threads.comments)})\n`,
  );
  console.log('| label | texts that carry it | found by its rules | put before a person by any rule |');
  console.log('| --- | ---: | ---: | ---: |');
  for (const [label, { positive, byLabel, byAny }] of recall) {
    console.log(`| ${label} | ${positive} | ${share(byLabel, positive)} | ${share(byAny, positive)} |`);
  }
  if (hitsFile !== undefined) writeFileSync(hitsFile, `${found.join('\n')}\n`);
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
