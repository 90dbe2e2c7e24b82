import { beforeAll, describe, expect, it, test } from 'vitest';
import { type Detection, isInOtherScript, resolveLanguage } from '../../src/core/language.js';
import { normalise } from '../../src/core/normalise.js';
import { openLanguageDetector } from '../../src/model/language.js';

let detect: (text: string) => Detection;
beforeAll(async () => {
  detect = await openLanguageDetector();
});

/**
 * The language of a comment on a site with a model for English, as script, detector and the sender's words together say; it is
 * detected as it is meant (flow/weigh.ts).
 */
function languageOn(site: string, text: string, said: { sender?: string; article?: string } = {}) {
  const normalised = normalise(text);
  const impossible = isInOtherScript(text, normalised, ['en']) ? ['en'] : [];
  return resolveLanguage({ site, ...said, impossible, detection: detect(normalised.text) });
}

describe('A short comment', () => {
  test.for(['Vive la France!', 'Merkel out', 'No pasaran!', 'lol', 'Danke Angela', 'C’est la vie', '🐀', '', '\ud800'])(
    '%j on an English site is English',
    (text) => {
      expect(languageOn('en', text)).toEqual({ code: 'en', source: 'site' });
    },
  );
});

describe('A short comment in a script that English is not written in', () => {
  test.for([
    ['zh', '杀光他们'],
    ['und', '杀光他们 😂'],
    ['ja', '死んでしまえ、この外国人ども'],
    ['th', 'ฆ่าพวกมันให้หมด'],
    ['ru', 'Убить их всех'],
    ['ar', 'اقتلوهم جميعا'],
    ['he', 'הרגו את כולם'],
    ['und', '다 죽여라'],
  ])('is %s, whatever the site is in: %s', ([code, text]) => {
    expect(languageOn('en', text as string)).toEqual({ code, source: 'detected' });
  });
});

describe('A long comment', () => {
  test.for([
    ['fr', 'Le maire devrait avoir honte de ce qu’il a laissé faire sur ce pont pendant toutes ces années.'],
    ['de', 'Wer glaubt denn noch, dass die Regierung irgendetwas für die kleinen Leute in dieser Stadt tut?'],
    ['es', 'Nadie en este barrio cree ya lo que dicen los concejales sobre el precio de la vivienda.'],
    ['nl', 'Ik begrijp niet waarom de gemeente zo lang heeft gewacht met het sluiten van de oude brug.'],
    ['pl', 'Nie rozumiem, dlaczego miasto tak długo czekało z zamknięciem tego starego mostu.'],
  ])('in %s on an English site is in that language', ([code, text]) => {
    expect(languageOn('en', text as string)).toEqual({ code, source: 'detected' });
  });

  it('in English stays English, with names and words from elsewhere in it', () => {
    const text = 'The mayor of Marseille said bonjour to the crowd and everybody laughed at him, c’est la vie.';
    expect(languageOn('en', text)).toEqual({ code: 'en', source: 'site' });
  });

  it('in English on a French site is English', () => {
    const text = 'I have lived here for twenty years and never saw the river as high as it was this morning.';
    expect(languageOn('fr', text)).toEqual({ code: 'en', source: 'detected' });
  });

  it('in English stays English when its words are written in letters of full width', () => {
    const plain = 'The ferry people will try to close the entire harbour in this manner.';
    const wide = plain.replace(/[a-z]{3,}/gi, (word) =>
      [...word].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join(''),
    );
    expect(languageOn('en', wide)).toEqual({ code: 'en', source: 'site' });
  });

  it('that is one word over and over says nothing about its language', () => {
    expect(languageOn('en', 'ha '.repeat(40))).toEqual({ code: 'en', source: 'site' });
  });

  it('that is an address says nothing about its language', () => {
    expect(detect('https://exemple.fr/le-maire-devrait-avoir-honte-de-ce-pont').words).toBe(0);
  });
});
