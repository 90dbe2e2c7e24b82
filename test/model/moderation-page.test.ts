import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPolicy } from '../../src/core/policy.js';
import { readRuleSource } from '../../src/core/rule-source.js';
import { compileRules, type RuleList } from '../../src/core/rules.js';
import { loadRuleLists } from '../../src/model/rule-lists.js';

let page: string;
let blocks: readonly string[];
let shipped: readonly RuleList[];
beforeAll(async () => {
  page = await readFile('docs/moderation.md', 'utf8');
  blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);
  ({ lists: shipped } = await loadRuleLists('models/rules'));
});

/** The block that holds some words, as a moderator would paste it. */
const pasted = (words: string) => blocks.find((block) => block.includes(words)) ?? '';

describe('What the page for moderators shows', () => {
  it('is a list that can be published as it stands', () => {
    const { list } = readRuleSource('harbour', pasted('told-to-swim'));
    expect(compileRules([...shipped, list]).rules.map(({ rule }) => rule.id)).toContain('told-to-swim');
  });

  it('is a rule against floods that its own examples bear out', () => {
    const { list } = readRuleSource('floods', `about: Floods of one text.\nrules:\n${pasted('the-same-again')}`);
    expect(compileRules([...shipped, list]).rules.map(({ rule }) => rule.id)).toContain('the-same-again');
  });

  it('are domains that a list may name', () => {
    const { list } = readRuleSource('domains', `about: Domains of ours.\n${pasted('loans.example.com')}`);
    expect(list.domains?.block).toEqual(['loans.example.com']);
  });

  it('is a policy that has sections and articles', () => {
    const policy = readPolicy(parse(pasted('harbour paper')));
    expect([policy.sections.sport?.moderation, policy.articles['4711']?.moderation]).toEqual(['risk', 'review-all']);
  });

  it('says of every shipped list that has rules what it asks about', () => {
    const named = [...page.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
    );
    expect(named).toEqual(
      expect.arrayContaining(shipped.filter(({ rules }) => rules.length > 0).map(({ name }) => name)),
    );
  });
});
