import { beforeAll, describe, expect, it, test } from 'vitest';
import { beliefIn, type Detection, isInOtherScript, resolveLanguage } from '../../src/core/language.js';
import { normalise } from '../../src/core/normalise.js';
import { wordCount } from '../../src/core/topic.js';
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
  const short = beliefIn(text, normalised, ['en']);
  const words = wordCount(normalised.text);
  return resolveLanguage({ site, ...said, words, short, impossible, detection: detect(normalised.text) });
}

describe('A short comment', () => {
  test.for([
    'Vive la France!',
    'Viva la France!',
    'Merkel out',
    'No pasaran!',
    'lol',
    'Danke Angela',
    'C’est la vie',
    '🐀',
    '',
    '\ud800',
    'café',
    'Malmö',
    'Gesundheit!',
    'innit tho',
    'so naïve',
    'déjà vu',
    'über cool',
    'stupid dog.',
    'ghetto trash',
    'Douche bag.',
    'São Paulo',
    'José Mourinho',
    'Lech Wałęsa',
    'Müller sucks',
    'Die yuppie scum.',
    'lol wtf bruh',
    'à la carte',
    'Deutschland über alles',
    'Thomas Müller lol',
    'São Paulo burns',
    'Girl scout cookies',
    'Hindus hate Muslims',
    'What a façade',
    'Müller was great today',
    'Hugo Chávez ruined Venezuela',
    'teh goverment shud resine',
    'El Niño is coming',
    'Lol omg wtf smh',
    'Gerhard Schröder and Angela Merkel',
    'aint nobody got time 4 dat',
    'George W. Bush sucks.',
    'Björn Höcke is a fascist',
    'the jalapeño poppers were so good, innit',
    'Mötley Crüe played in Malmö last night lol',
  ])('%j on an English site is English', (text) => {
    expect(languageOn('en', text)).toEqual({ code: 'en', source: 'site' });
  });

  test.for([
    ['de', 'Ausländer raus'],
    ['pl', 'Zabić żydów'],
    ['cs', 'smrt židům'],
    ['fr', 'crève salope'],
    ['de', 'Zigeuner sind Ungeziefer'],
    ['pl', 'Zabić ich wszystkich'],
    ['es', 'Hijo de puta'],
    ['es', 'Muerte a los moros'],
    ['de', 'Ausländer raus, alle vergasen!'],
    ['de', 'Alle Ausländer abschieben oder erschießen'],
    ['fr', 'Brûlez leurs maisons ce soir'],
    ['pt', 'Devíamos matar todos esses macacos.'],
    ['it', 'Bisogna bruciarli tutti, quei maledetti zingari.'],
    ['es', 'Habría que matarlos a todos, son ratas.'],
    ['tr', 'Hepsini öldürmek lazım, bunlar insan değil fare.'],
  ])('in %s on an English site is in that language, unless its sender says English: %s', ([code, text]) => {
    expect(languageOn('en', text as string)).toEqual({ code, source: 'detected' });
    expect(languageOn('en', text as string, { sender: 'en' })).toEqual({ code: 'en', source: 'sender' });
  });
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
