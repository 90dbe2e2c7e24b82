import { describe, expect, it, test } from 'vitest';
import { LABELS } from '../../src/core/labels.js';
import { Policy, Settings } from '../../src/core/policy.js';
import { checkPolicy } from '../../src/core/policy-check.js';
import { settingsAt } from '../../src/core/policy-resolve.js';
import { EVERYWHERE, pathTo, type Scope, written } from '../../src/web/policy/scope.js';
import { valueWords, wordsOf } from '../../src/web/policy/setting-words.js';
import {
  canBeSetBack,
  resolvedSetting,
  SETTINGS,
  type Setting,
  SHIPPED,
  withSetting,
  withSettingBack,
} from '../../src/web/policy/settings.js';
import { readYaml } from '../../src/web/rules/yaml-edit.js';

const all: readonly Setting[] = Object.values(SETTINGS).flat();
const nameOf = ({ path }: Setting) => path.join('.');
const named = (name: string): Setting => {
  const setting = all.find((one) => nameOf(one) === name);
  if (setting === undefined) throw new Error(`no setting ${name}`);
  return setting;
};
const section = (name: string): Scope => ({ kind: 'section', name });
const thresholds = Object.fromEntries(LABELS.map((label) => [label, { review: 0.5 }]));

/** A policy in which a setting has a value: the groups that may be null are there, and comments are judged afterwards. */
const policyWith = ({ path }: Setting, value: unknown): string => {
  const defaults = {
    ...structuredClone(SHIPPED),
    moderation: 'after',
    newAuthors: { days: 7, approved: 3 },
    trustedAuthors: { approved: 50, rejectedShare: 0.02, widen: 0.25 },
    thresholds,
  };
  const [name = '', part] = path;
  const group = written(defaults, [name]);
  const to = part === undefined ? value : { ...(group as object), [part]: value };
  return JSON.stringify({ defaults: { ...defaults, [name]: to } });
};
const isTaken = (setting: Setting, value: unknown) => checkPolicy(policyWith(setting, value)).faults.length === 0;

describe('The settings of the page', () => {
  it('are all that a policy has beside thresholds, and say what is shipped', () => {
    const { thresholds: _, ...shipped } = Settings.parse({ thresholds: {} });
    expect(SHIPPED).toEqual(shipped);
    const parts = Object.entries({
      ...shipped,
      newAuthors: { days: 7, approved: 3 },
      trustedAuthors: { approved: 50, rejectedShare: 0, widen: 0 },
    }).flatMap(([name, value]) =>
      typeof value === 'object' ? Object.keys(value).map((part) => `${name}.${part}`) : name,
    );
    const shown = all.filter(({ kind }) => kind !== 'group').map(nameOf);
    expect(shown.sort()).toEqual(parts.sort());
  });

  test.for(all.map((setting) => ({ name: nameOf(setting), setting })))(
    '$name permits what a policy permits',
    ({ setting }) => {
      const permitted = (value: unknown) => expect(isTaken(setting, value), JSON.stringify(value)).toBe(true);
      const refused = (value: unknown) => expect(isTaken(setting, value), JSON.stringify(value)).toBe(false);
      if (setting.kind === 'number') {
        const step = setting.whole ? 1 : 0.00001;
        permitted(setting.least);
        permitted(setting.most);
        refused(setting.least - step);
        refused(setting.most + step);
        const between = setting.least + 0.25;
        if (setting.whole) refused(between);
        else permitted(between);
      } else if (setting.kind === 'group') {
        permitted(null);
        permitted(setting.first);
      } else {
        for (const value of setting.of) permitted(value);
        const { faults } = checkPolicy(policyWith(setting, 'nonsense'));
        const values = setting.of;
        for (const value of values) if (typeof value === 'string') expect(faults[0]?.detail).toContain(value);
        expect(faults[0]?.detail.match(/\bor\b|,/g) ?? []).toHaveLength(values.length - 1);
      }
    },
  );

  test.for(all.map((setting) => ({ name: nameOf(setting), setting })))('$name has words', ({ name, setting }) => {
    expect(wordsOf(setting).name).not.toBe(name);
    if (setting.kind === 'number') return;
    const values = setting.kind === 'group' ? [null, setting.first] : setting.of;
    for (const value of values) expect(valueWords(setting, value)).toContain(' ');
  });
});

describe('What holds at a place', () => {
  const document = {
    defaults: {
      thresholds,
      agree: 0.3,
      newAuthors: { days: 7, approved: 3 },
      reports: { toReview: 3, weighed: true },
    },
    sections: {
      courts: { moderation: 'review-all', newAuthors: { days: 30 }, reports: { toReview: 1 } },
      sport: { newAuthors: null },
    },
    articles: { '4711': { newAuthors: { approved: 9 }, moderation: 'closed' } },
  };
  const policy = Policy.parse(document);
  const places: readonly { readonly scope: Scope; readonly place: object }[] = [
    { scope: EVERYWHERE, place: {} },
    { scope: section('courts'), place: { section: 'courts' } },
    { scope: section('sport'), place: { section: 'sport' } },
    { scope: section('unnamed'), place: { section: 'unnamed' } },
    { scope: section('constructor'), place: { section: 'constructor' } },
    { scope: { kind: 'article', name: '4711', section: null }, place: { article: '4711' } },
    { scope: { kind: 'article', name: '4711', section: 'courts' }, place: { article: '4711', section: 'courts' } },
  ];

  test.for(places)('is what a comment there is judged by: $place', ({ scope, place }) => {
    const settings = settingsAt(policy, place);
    for (const setting of all) {
      expect(resolvedSetting(document, setting, scope).value, nameOf(setting)).toEqual(written(settings, setting.path));
    }
  });

  it('is said with where it comes from', () => {
    const held = (name: string, scope: Scope) => resolvedSetting(document, named(name), scope);
    expect(held('agree', section('courts'))).toMatchObject({ value: 0.3, from: EVERYWHERE, own: false });
    expect(held('precision', section('courts'))).toMatchObject({ value: 0.95, from: null, own: false });
    expect(held('moderation', section('courts'))).toMatchObject({
      value: 'review-all',
      own: true,
      otherwise: { value: 'before', from: null },
    });
    const article: Scope = { kind: 'article', name: '4711', section: 'courts' };
    expect(held('newAuthors.days', article)).toMatchObject({ value: 30, from: section('courts'), own: false });
    expect(held('newAuthors.approved', article)).toMatchObject({ value: 9, own: true, otherwise: { value: 3 } });
  });

  it('can be set back where something else lies below', () => {
    const canBe = (name: string, scope: Scope) => canBeSetBack(resolvedSetting(document, named(name), scope), scope);
    expect(canBe('agree', EVERYWHERE)).toBe(true);
    expect(canBe('reports.toReview', EVERYWHERE)).toBe(false);
    expect(canBe('precision', EVERYWHERE)).toBe(false);
    expect(canBe('reports.toReview', section('courts'))).toBe(true);
    expect(canBe('reports.weighed', section('courts'))).toBe(false);
    // Without its other part the group would not be whole.
    expect(canBe('newAuthors.days', EVERYWHERE)).toBe(false);
  });
});

describe('A setting that is changed', () => {
  const yaml = `defaults:
  thresholds: { hate: { review: 0.4 } }
  moderation: after # since June
sections:
  courts:
    moderation: review-all
`;
  const change = (name: string, scope: Scope, value: unknown) =>
    withSetting(yaml, readYaml(yaml) as object, scope, named(name), value) ?? '';
  /** Every setting, at every kind of place, with something else than what is shipped. */
  const changes = all.flatMap((setting) => {
    const value =
      setting.kind === 'number' ? setting.most : setting.kind === 'choice' ? setting.of.at(-1) : setting.first;
    const places: readonly Scope[] = [
      EVERYWHERE,
      section('courts'),
      section('world'),
      { kind: 'article', name: '4711', section: null },
    ];
    const within = /^(new|trusted)Authors\./.test(nameOf(setting));
    return within ? [] : places.map((scope) => ({ at: pathTo(scope).join('/'), name: nameOf(setting), scope, value }));
  });

  test.for(changes)('holds there, in a policy that can be published, and is taken back: $name at $at', (one) => {
    const setting = named(one.name);
    const changed = change(one.name, one.scope, one.value);
    const read = readYaml(changed) as object;
    expect(resolvedSetting(read, setting, one.scope)).toMatchObject({ value: one.value, own: true });
    expect(changed).toContain(
      one.name === 'moderation' && one.scope.kind === 'everywhere' ? '# since' : 'after # since',
    );
    const faults = checkPolicy(changed).faults.filter(({ pointer }) => !pointer.endsWith('/without/overload'));
    expect(faults).toEqual([]);
    const back = readYaml(withSettingBack(changed, one.scope, setting) ?? '') as object;
    const shipped = written(SHIPPED, setting.path);
    if (one.scope.kind === 'everywhere') expect(resolvedSetting(back, setting, EVERYWHERE).value).toEqual(shipped);
    else expect(resolvedSetting(back, setting, one.scope).own).toBe(false);
    expect(checkPolicy(JSON.stringify(back)).faults).toEqual([]);
  });
});
