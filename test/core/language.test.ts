import { describe, expect, it, test } from 'vitest';
import { beliefIn, type Detection, isInOtherScript, resolveLanguage } from '../../src/core/language.js';
import { normalise } from '../../src/core/normalise.js';

/** A detector that is sure of French on a long text; each test changes what it is about. */
const french = (change: Partial<Detection> = {}): Detection => ({
  language: 'fr',
  reliable: true,
  words: 12,
  scores: { fr: 0.8, en: 0.5 },
  ...change,
});

describe('Without a detection that counts', () => {
  const unsure = french({ reliable: false });
  test.for([
    [
      { sender: 'de', article: 'es', site: 'en' },
      { code: 'de', source: 'sender' },
    ],
    [
      { article: 'es', site: 'en' },
      { code: 'es', source: 'article' },
    ],
    [
      { sender: null, article: null, site: 'en' },
      { code: 'en', source: 'site' },
    ],
    [
      { sender: 'pt-BR', site: 'en' },
      { code: 'pt', source: 'sender' },
    ],
  ] as const)('%j gives %j', ([said, language]) => {
    expect(resolveLanguage({ ...said, detection: unsure })).toEqual(language);
  });
});

describe('A detection', () => {
  const onEnglishSite = (detection: Detection) => resolveLanguage({ site: 'en', detection });

  it('overrides the expected language when it is sure, on eight words or more, by a margin', () => {
    expect(onEnglishSite(french())).toEqual({ code: 'fr', source: 'detected' });
    expect(onEnglishSite(french({ words: 8 })).code).toBe('fr');
  });

  it('overrides site and article from four words on, by a greater margin', () => {
    expect(onEnglishSite(french({ words: 4 })).code).toBe('fr');
    expect(resolveLanguage({ article: 'en', site: 'en', detection: french({ words: 4 }) }).code).toBe('fr');
    expect(onEnglishSite(french({ words: 3 }))).toEqual({ code: 'en', source: 'site' });
    expect(onEnglishSite(french({ words: 7, scores: { fr: 0.8, en: 0.55 } })).code).toBe('en');
  });

  it('does not override the sender on seven words, whatever they are', () => {
    const short = { words: 2, margin: 0.25 };
    const detection = french({ words: 7, scores: { fr: 0.9 } });
    expect(resolveLanguage({ sender: 'en', site: 'en', short, detection })).toEqual({ code: 'en', source: 'sender' });
    expect(resolveLanguage({ sender: 'en', site: 'en', detection: french({ words: 8 }) }).code).toBe('fr');
  });

  it('is believed as far as its words allow', () => {
    const short = { words: 2, margin: 0.25 };
    const scores = { fr: 0.8, en: 0.54 };
    expect(resolveLanguage({ site: 'en', short, detection: french({ words: 2, scores }) }).code).toBe('fr');
    expect(resolveLanguage({ site: 'en', short, detection: french({ words: 1, scores }) }).code).toBe('en');
    expect(resolveLanguage({ site: 'en', detection: french({ words: 2, scores }) }).code).toBe('en');
  });

  it('does not where fewer words are left once the comment is read as it is meant', () => {
    expect(resolveLanguage({ site: 'en', words: 3, detection: french() }).code).toBe('en');
  });

  it('does not when it is not sure', () => {
    expect(onEnglishSite(french({ reliable: false })).code).toBe('en');
  });

  it('does not when the expected language fits nearly as well', () => {
    expect(onEnglishSite(french({ scores: { fr: 0.8, en: 0.75 } })).code).toBe('en');
  });

  it('does not when it has no opinion', () => {
    expect(onEnglishSite(french({ language: null })).code).toBe('en');
  });

  it('leaves the source alone where it agrees', () => {
    expect(resolveLanguage({ sender: 'fr', site: 'en', detection: french() })).toEqual({
      code: 'fr',
      source: 'sender',
    });
  });
});

describe('A detector is believed', () => {
  const from = (text: string, languages = ['en']) => beliefIn(text, normalise(text), languages).words;

  test.for([
    [3, 'Zigeuner sind Ungeziefer'],
    [3, 'TOD DEN JUDEN'],
    [2, 'Türken raus'],
    [2, 'smrt židům'],
    [2, 'Tu\u0308rken raus'],
    [4, 'Die yuppie scum.'],
    [4, 'Müller sucks'],
    [4, 'José Mourinho'],
    [4, 'Lech Wałęsa'],
    [4, 'à la carte'],
    [4, 'über alles'],
  ] as const)('from %i words on where a comment is %j', ([words, text]) => {
    expect(from(text)).toBe(words);
  });

  it('from four words on where English is not read', () => {
    expect(from('Türken raus', ['fr'])).toBe(4);
  });
});

describe('A comment that cannot be in what it was expected to be in', () => {
  const detection = (language: string | null, reliable: boolean) => ({ language, reliable, words: 1, scores: {} });

  test.for([
    ['zh', true, 'zh'],
    ['zh', false, 'und'],
    ['en', true, 'und'],
    [null, false, 'und'],
  ] as const)('is in what the detector says (%s, sure: %s), else in no known language: %s', ([said, sure, code]) => {
    const found = resolveLanguage({ sender: 'en', site: 'en', impossible: ['en'], detection: detection(said, sure) });
    expect(found).toEqual({ code, source: 'detected' });
  });

  it('stays in what the sender said where that is something else', () => {
    const found = resolveLanguage({ sender: 'uk', site: 'en', impossible: ['en'], detection: detection('ru', true) });
    expect(found).toEqual({ code: 'uk', source: 'sender' });
  });
});

describe('In another script', () => {
  const inOther = (text: string, languages = ['en']) => isInOtherScript(text, normalise(text), languages);

  test.for([
    '杀光他们',
    '杀光他们 😂😂',
    '杀光他们 https://example.com/a/long/way/round me@example.com',
    '@JohnSmith 杀光他们',
    'Убить их всех lol',
  ])('is %j', (text) => {
    expect(inOther(text)).toBe(true);
  });

  test.for(['', '12:30', '🔥🔥', 'Raus hier', 'кill тhем', 'ｋｉｌｌ', 'I flew to 北京市朝阳区', 'Kyiv (Київ) stands'])(
    'is not %j',
    (text) => {
      expect(inOther(text)).toBe(false);
    },
  );

  it('is nothing that is written as one of the languages is', () => {
    expect(inOther('杀光他们', ['en', 'zh'])).toBe(false);
    expect(inOther('死んでしまえ', ['ja'])).toBe(false);
    expect(inOther('Raus hier', ['ja'])).toBe(true);
  });
});
