import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { checkRules } from '../../src/core/rule-check.js';
import { faultLines } from '../../src/core/rule-faults.js';
import {
  type CompiledRules,
  compileRules,
  compileUntested,
  findRuleHits,
  type RuleList,
  RuleListError,
  unmetExamples,
} from '../../src/core/rules.js';
import { loadRuleLists } from '../../src/model/rule-lists.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rules-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const PESTS = `about: A list for a test.
rules:
  - id: pests
    label: dehumanisation
    effect: review
    when: { words: [vermin] }
    reason: It calls people vermin.
    match: [vermin]
    ignore: [people]
`;
const write = (file: string, text: string) => writeFile(join(folder, file), text);
const faults = async () => {
  try {
    await loadRuleLists(folder);
  } catch (error) {
    if (error instanceof RuleListError) return error.message;
    throw error;
  }
  return '';
};

describe('A folder of lists', () => {
  it('is read in the order of its files; other files are left alone', async () => {
    await write('b.yaml', PESTS);
    await write('a.yaml', 'about: Only names.\nsets: { people: [migrants] }\n');
    await write('notes.txt', 'not: [a, list');
    const { lists } = await loadRuleLists(folder);
    expect(lists.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('has the same revision whatever the comments and the layout, and another when a word changes', async () => {
    await write('a.yaml', PESTS);
    const { revision } = await loadRuleLists(folder);
    expect(revision).toMatch(/^[0-9a-f]{64}$/);
    await write(
      'a.yaml',
      `# a comment\n${PESTS.replace('when: { words: [vermin] }', 'when:\n      words:\n        - vermin')}`,
    );
    expect((await loadRuleLists(folder)).revision).toBe(revision);
    await write('a.yaml', PESTS.replace('It calls people vermin', 'It calls somebody vermin'));
    expect((await loadRuleLists(folder)).revision).not.toBe(revision);
  });

  it('gives back lists that compile again after a journey through JSON', async () => {
    await write('a.yaml', PESTS);
    const { lists } = await loadRuleLists(folder);
    const again = compileRules(JSON.parse(JSON.stringify(lists)));
    expect(findRuleHits(again, { text: 'vermin', normalised: normalise('vermin') }).hits).toHaveLength(1);
  });
});

describe('A broken list', () => {
  test.for([
    [PESTS.replace('effect: review', 'effect: explode'), 'broken.yaml:5:13 rule pests: effect'],
    [PESTS.replace('when:', 'wehn:'), 'broken.yaml:6:5 rule pests: unknown key "wehn"; did you mean when?'],
    [
      PESTS.replace('    reason', '    unles:\n      quoted: true\n    reason'),
      'broken.yaml:7:5 rule pests: unknown key',
    ],
    [PESTS.replace('[people]', 'people'), 'broken.yaml:9:13 rule pests: ignore must be a list'],
    [PESTS.replace('    ignore: [people]\n', ''), 'broken.yaml:3:5 rule pests: ignore is missing'],
    [
      PESTS.replace('{ words: [vermin] }', '{ words: [vermin], pattern: ["(?=x)y"] }'),
      'broken.yaml:6:40 rule pests: "(?=x)y" is no',
    ],
    [
      PESTS.replace('words: [vermin]', 'words: [vermin, "(vermin|)"]'),
      'broken.yaml:6:29 rule pests: "(vermin|)" has an empty alternative',
    ],
    [
      PESTS.replace('words: [vermin]', 'words: [vermin, "!!"]'),
      'broken.yaml:6:29 rule pests: "!!" holds "!!", which reads as nothing',
    ],
    [
      `${PESTS}${PESTS.slice(PESTS.indexOf('  - id'))}`,
      'broken.yaml:10:9 rule pests: the id pests stands twice in this list',
    ],
    [PESTS.replace('reason:', 'force: yes\n    reason:'), 'broken.yaml:7:12 rule pests: force must be a mapping'],
    [
      PESTS.replace('[vermin]\n    ignore', '[rats]\n    ignore'),
      'broken.yaml:8:13 rule pests: does not match example 1',
    ],
    [PESTS.replace('words: [vermin]', 'phrases: [vermin, (a|]'), 'broken.yaml:6:31 rule pests: "(a|" has'],
    [PESTS.replace('[people]', '\n      - "people" he said'), 'quotation marks of the other kind'],
    [PESTS.replace('[people]', '\n      - people: many'), 'broken.yaml:10:9 rule pests:'],
    [PESTS.replace('words: [vermin]', 'words: [vermin, people: many]'), 'words must be text; text with a colon'],
    [`${PESTS}rules: []\n`, 'broken.yaml:10:1: this key stands twice'],
    ['about: [unclosed', 'broken.yaml:1:'],
    ['just words', 'broken.yaml:1:1'],
    ['', 'broken.yaml:1:1'],
    [
      'a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nabout: [*c,*c,*c,*c,*c]\n',
      'broken.yaml:2:8: uses aliases',
    ],
    [PESTS.replace('[people]', '*x'), 'broken.yaml:9:13: there is no &x before *x'],
    [PESTS.replace('[people]', '&x [people, *x]'), 'broken.yaml:9:25: *x stands within &x'],
    [`about: ${'['.repeat(200_000)}`, 'broken.yaml:1:'],
    [`${PESTS}${'# \n'.repeat(130_000)}`, 'holds more entries'],
  ])('says where it is broken (%#)', async ([text, words]) => {
    await write('broken.yaml', text as string);
    expect(await faults()).toContain(words);
  });

  it('whose lines are indented by tabs is told of the tabs, and of nothing that follows from them', async () => {
    await write('broken.yaml', PESTS.replace('    label:', '\tlabel:').replace('    effect:', '\teffect:'));
    expect((await faults()).split('\n').map((line) => line.replace(/^.*: /, ''))).toEqual(
      expect.arrayContaining(['a tab cannot indent a line; use blanks']),
    );
    expect(await faults()).not.toMatch(/mappings|keys|column/);
  });

  it('of 200,000 words is refused quickly, at the place where it became too long', async () => {
    const words = Array.from({ length: 200_000 }, (_, index) => `word${index}`);
    for (const many of [words.join(', '), `\n${words.map((word) => `- ${word}`).join('\n')}\n`]) {
      await write('broken.yaml', PESTS.replace('{ words: [vermin] }', `\n      words: [${many}]`));
      const begin = process.cpuUsage();
      expect(await faults()).toMatch(/^broken\.yaml:\d+:\d+: holds more entries/);
      expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(2_000);
    }
  });

  it('keeps the good ones from being used, and all that is wrong is said', async () => {
    await write('good.yaml', PESTS);
    await write('one.yaml', PESTS.replace('effect: review', 'effect: explode'));
    await write('two.yaml', 'about: [unclosed');
    const message = await faults();
    expect(message).toContain('one.yaml:5:13');
    expect(message).toContain('two.yaml:1:');
  });
});

describe('The shipped lists', () => {
  let lists: readonly RuleList[];
  let compiled: CompiledRules;
  beforeAll(async () => {
    ({ lists } = await loadRuleLists('models/rules'));
    compiled = compileRules(lists);
  });

  /** Label and effect of every rule that a comment meets. */
  const effectsOf = (text: string) => {
    const { hits, broken } = findRuleHits(compiled, { text, normalised: normalise(text) });
    expect(broken).toEqual([]);
    return [...new Set(hits.map(({ label, effect }) => `${label} ${effect}`))];
  };

  it('pass their own examples', () => {
    expect(lists.flatMap(({ rules }) => rules).length).toBeGreaterThan(20);
  });

  it('pass what a draft of one of them has to pass', async () => {
    const names = readdirSync('models/rules').map((file) => basename(file, '.yaml'));
    const written = names.map((name) => ({ name, yaml: readFileSync(`models/rules/${name}.yaml`, 'utf8') }));
    expect(faultLines(checkRules(written, (own) => own, '2027-03-01').faults)).toEqual([]);
  });

  it.each(['quoted', 'negated'] as const)('have for every rule an example that only being %s excuses', (excuse) => {
    const without = lists.map((list) => ({
      ...list,
      rules: list.rules
        .filter(({ unless }) => unless?.[excuse] === true)
        .map((rule) => ({ ...rule, unless: { ...rule.unless, [excuse]: undefined } })),
    }));
    const found = new Set(unmetExamples(compileUntested(without)).map(({ rule }) => rule));
    const ids = without.flatMap(({ rules }) => rules.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id) => !found.has(id))).toEqual([]);
  });

  it('never reject for straying off topic, and reject for little at all', () => {
    const rejecting = lists.flatMap(({ rules }) => rules).filter(({ effect }) => effect === 'reject');
    expect(rejecting.map(({ id }) => id)).toEqual(['slurs-in-anger']);
  });

  test.for([
    'The bomb killed nine and hurt forty, police said.',
    'Vermin control in the old market has found two more nests of rats.',
    'The minister should be ashamed. Close the border, check every lorry, but leave the people alone.',
    'We were bombed out in the war and nobody helped us either.',
    'This policy kills jobs and the deadline is murder.',
    'I hope they throw the book at him. A life sentence, by law, after a trial.',
    'My son is afraid to go to the mosque now.',
    'Shoot me an email if you know the source; the paper should hang its head.',
    'The Scunthorpe team was slaughtered at home again.',
    'Our neighbours came as refugees in 1956 and are more from here than I am.',
    'Nobody deserves to die on a Tuesday morning on the way to work.',
    'Politicians should be held to account.',
  ])('leave %j alone', (text) => {
    expect(effectsOf(text)).toEqual([]);
  });

  test.for([
    ['They are vermin and this city must be cleansed of them.', 'dehumanisation review'],
    ['We should just flatten that city.', 'incitement review'],
    ['K1ll them a11!!! K i l l  them all.', 'incitement review'],
    ['I will find you and break your legs.', 'threat review'],
    ['Go back to where you came from.', 'hate review'],
    ['Message me on WhatsApp +1 555 010 0199, easy money.', 'spam review'],
    ['Why was my comment deleted?', 'off_topic review'],
    ['First!', 'off_topic flag'],
    ['What the f**k.', 'profanity flag'],
  ])('find in %j: %s', ([text, effect]) => {
    expect(effectsOf(text as string)).toContain(effect);
  });
});
