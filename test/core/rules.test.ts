import { describe, expect, it, test } from 'vitest';
import { compileRules, findRuleHits, parseRuleList, type RuleFacts } from '../../src/core/rules.js';
import { asking, comment, compiled, faults, hits, list, marked, rule } from '../support/rules.js';

describe('A hit', () => {
  it('says what a person needs to know', () => {
    expect(hits(compiled(), 'They are VERMIN.')).toEqual([
      {
        rule: 'pests',
        label: 'dehumanisation',
        effect: 'review',
        forced: false,
        shadow: false,
        reason: 'It calls people vermin.',
        stretches: [{ begin: 9, end: 15 }],
        undone: [],
      },
    ]);
  });

  it('is found with strokes through its letters, and a name in either spelling', () => {
    expect(marked(asking({ words: ['kill'] }, ['kill']), 'kiłł them, the skill')).toEqual(['kiłł']);
    expect(marked(asking({ words: ['tod'] }, ['tod']), 'ŧøđ')).toEqual(['ŧøđ']);
    expect(marked(asking({ words: ['Łódź'] }, ['Łódź']), 'Lodz, Łódź and łodz')).toEqual(['Lodz', 'Łódź', 'łodz']);
  });

  it('is found in what full stops part, over the one behind it', () => {
    const calls = asking({ phrases: ['kill them all'] }, ['kill them all']);
    expect(marked(calls, 'K.I.L.L. them all')).toEqual(['K.I.L.L. them all']);
  });

  it('is found where a blank halves a word that people hide, and the halves are none', () => {
    const calls = asking({ phrases: ['kill them'], words: ['refugees'] }, ['kill them', 'refugees']);
    expect(marked(calls, 'ki ll them, kil l them, ref ugees, re fugees')).toEqual([
      'ki ll them',
      'ref ugees',
      're fugees',
    ]);
  });

  it('is marked on the characters as they were sent, and says what had to be undone', () => {
    const text = 'They are v e r m 1 n, ｖｅｒｍｉｎ and vеrmin!';
    expect(marked(compiled(), text)).toEqual(['v e r m 1 n', 'ｖｅｒｍｉｎ', 'vеrmin']);
    expect(hits(compiled(), text)[0]?.undone).toEqual(['spaced', 'letter-forms', 'look-alikes']);
  });

  test.for([
    ['Fïlthy kïkes', ['marks']],
    ['Filthyy kikes', ['repeated']],
    ['Fílthy kikes, filthyy kikes', ['marks', 'repeated']],
    ['Filthy kikes, Hoffmann', []],
    ['Hoffmann, bloodyy fool', []],
    ['Four 7 hills and http://bücher.de/naïve', []],
  ] as const)('says of %j that reading its words undid %j, and nothing else', ([text, undone]) => {
    const when = {
      phrases: ['filthy kikes', 'hoffmann * fool', 'hoffmann', 'four {number}'],
      links: 'any',
    };
    expect(hits(asking(when, ['Hoffmann']), text)[0]?.undone.filter((kind) => kind !== 'link')).toEqual(undone);
  });

  it('is not found inside other words', () => {
    const rules = asking({ words: ['ass', 'cunt', 'tit'] }, ['ass']);
    expect(marked(rules, 'The Scunthorpe class passed; titles and assets were competitive.')).toEqual([]);
  });
});

describe('Words and phrases', () => {
  test.for([
    [{ words: ['vermin'] }, 'vermin’s', 'vermin’s'],
    [{ words: ['fuck'] }, 'fuuck', 'fuuck'],
    [{ words: ['subhuman'] }, 'sub-human', 'sub-human'],
    [{ stems: ['exterminate'] }, 'exterminating', 'exterminating'],
    [{ phrases: ['exterminate~ them'] }, 'Exterminated them', 'Exterminated them'],
    [{ phrases: ['do not belong'] }, 'You don’t belong', 'don’t belong'],
    [{ phrases: ['they are (scum|the worst)'] }, 'they’re the worst', 'they’re the worst'],
    [{ phrases: ['kill all? of? them'] }, 'kill them', 'kill them'],
    [{ phrases: ['(burn it?) it down'] }, 'burn it down', 'burn it down'],
    [{ phrases: ['they (are (just|human)?)? (human|all) scum'] }, 'they are human scum', 'they are human scum'],
    [{ phrases: ['(kill|kill them|kill them all) (them now|now)'] }, 'kill them all now', 'kill them all now'],
    [{ phrases: ['burn ... down'] }, 'burn the whole house down', 'burn the whole house down'],
    [{ phrases: ['another * bites'] }, 'another one bites', 'another one bites'],
    [{ phrases: ['fück them'] }, 'fuck them', 'fuck them'],
    [{ phrases: ['see {link}'] }, 'see http://a.com now', 'see http://a.com'],
    [{ phrases: ['they are scum'] }, 'they r scum', 'they r scum'],
    [{ phrases: ['i will kill you'] }, 'And ill kill u', 'ill kill u'],
    [{ phrases: ['i am going to kill you'] }, 'ima kill u', 'ima kill u'],
    [{ phrases: ['kill them'] }, "ki'll them", "ki'll them"],
    [{ phrases: ['she will kill'] }, "she'll kill", "she'll kill"],
    [{ phrases: ['the police will'] }, "the police'll", "the police'll"],
    [{ phrases: ['pay {number} euros'] }, 'pay 7 euros', 'pay 7 euros'],
    [{ phrases: ['pay {number} euros'] }, 'pay 1.5 euros', 'pay 1.5 euros'],
    [{ phrases: ['pay {number} euros'] }, 'pay 500.000 euros', 'pay 500.000 euros'],
    [{ phrases: ['pay {number} euros'] }, 'pay 1,000,000.50 euros', 'pay 1,000,000.50 euros'],
    [{ phrases: ['1,000 rats'] }, '1,000 rats', '1,000 rats'],
    [{ phrases: ['14 88'] }, '14.88', '14.88'],
    [{ pattern: ['\\$\\d+ an hour'] }, 'earn $97 an hour', '$97 an hour'],
    [{ pattern: ['(?:^|\\. )(burn it)'] }, 'No. Burn it!', 'Burn it'],
  ])('%j finds %j', ([when, text, found]) => {
    expect(marked(asking(when, [text]), text as string)).toEqual([found]);
  });

  test.for([
    [{ phrases: ['burn ... down'] }, 'burn the whole bloody old house down', 'a gap is three words at most'],
    [{ phrases: ['kill them'] }, 'You kill. Them I like.', 'a phrase ends with its sentence'],
    [{ phrases: ['i will shoot'] }, 'the mentally ill shoot nobody', 'who is ill is not I'],
    [{ words: ['shell', 'well'] }, "she'll see, we'll see", 'short forms are what they are short for'],
    [{ words: ['god'] }, 'good', 'a word of its own is not a doubled letter'],
    [{ words: ['coon'] }, 'con', 'a letter is not doubled by the reader'],
    [{ words: ['jap'] }, 'Jaap', 'a short name is not a shorter word'],
    [{ words: ['shite'] }, 'Shiite', 'some words are spelt with two'],
    [{ near: [{ first: ['bomb'], second: ['city'], within: 2 }] }, 'bomb them all in the city', 'too far'],
    [
      { near: [{ first: ['bomb'], second: ['city'], within: 5, ordered: true }] },
      'the city bomb squad',
      'the other way',
    ],
  ])('%j does not find %j: %s', ([when, text]) => {
    const matching = {
      phrases: ['burn it down', 'kill them', 'bomb the city'],
      words: ['god', 'coon', 'jap', 'shite'],
    };
    const example = 'burn it down, kill them, bomb the city, god coon jap shite, i will shoot, shell';
    expect(matching).toBeDefined();
    expect(hits(asking(when, [example], [text]), text as string)).toEqual([]);
  });

  it('may use named sets, of other lists and of other sets too', () => {
    const groups = parseRuleList('groups', {
      about: 'Groups for a test.',
      sets: { people: ['migrants', '{faiths}'], faiths: ['jews', 'asylum seekers'] },
    });
    const rules = parseRuleList(
      'rules',
      list(rule({ when: { phrases: ['{people} are vermin'] }, match: ['Jews are vermin'] })),
    );
    expect(marked(compileRules([rules, groups]), 'Asylum seekers are vermin')).toEqual(['Asylum seekers are vermin']);
  });

  it('find two ideas within some words, whichever comes first', () => {
    const rules = asking({ near: [{ first: ['migrants'], second: ['rats'], within: 4 }] }, ['migrants and rats']);
    expect(marked(rules, 'rats, all those migrants, rats')).toEqual(['rats, all those migrants, rats']);
  });
});

describe('Addresses', () => {
  const rules = asking({ links: ['evil.com'] }, ['evil.com']);
  it('are known by their domain and what lies under it', () => {
    expect(marked(rules, 'go to https://www.evil.com/x or shop.evil.com')).toEqual([
      'https://www.evil.com/x',
      'shop.evil.com',
    ]);
  });
  it('are the same in letters of any script and in punycode', () => {
    const german = asking({ links: ['münchen.de'] }, ['https://münchen.de/bad']);
    expect(marked(german, 'xn--mnchen-3ya.de, www.münchen.de/x or karten.münchen.de')).toEqual([
      'xn--mnchen-3ya.de',
      'www.münchen.de/x',
      'karten.münchen.de',
    ]);
    expect(marked(german, 'https://nchen.de, munchen.de')).toEqual([]);
  });
  it('are found behind a letter that would make another domain of them', () => {
    expect(marked(rules, 'éhttps://evil.com')).toHaveLength(1);
  });
  it('are not mistaken for others', () => {
    expect(marked(rules, 'notevil.com, evil.com.org and good.org/evil.com')).toEqual([]);
  });
});

describe('Facts', () => {
  const day = 86_400_000;
  const written = { createdAt: new Date(1_000 * day).toISOString() };
  const registered = (days: number) => ({
    ...written,
    author: { createdAt: new Date((1_000 - days) * day).toISOString() },
  });

  test.for([
    [{ section: ['sport'] }, { section: 'sport' }, true],
    [{ section: ['sport'] }, { section: 'world' }, false],
    [{ author: { trusted: false } }, { author: { trusted: false } }, true],
    [{ author: { role: ['staff'] } }, { author: { role: 'reader' } }, false],
    [{ author: { rejected: { atLeast: 3 } } }, { author: { rejected: 3 } }, true],
    [{ author: { approved: { atMost: 1 } } }, { author: { approved: 2 } }, false],
    [{ author: { newerThanDays: 7 } }, registered(3), true],
    [{ author: { newerThanDays: 7 } }, registered(8), false],
    [{ repetition: { times: 3, minutes: 10 } }, { counts: { sameText: { 10: 3 } } }, true],
    [{ repetition: { times: 3, minutes: 10 } }, { counts: { sameText: { 10: 2 } } }, false],
    [{ rate: { comments: 5, minutes: 60 } }, { counts: { byAuthor: { 60: 5 } } }, true],
    [{ rate: { comments: 5, minutes: 60 } }, { counts: { byAuthor: { 60: 4 } } }, false],
  ] as const)('%j of %j is %s', ([fact, facts, holds]) => {
    const example = {
      text: 'vermin',
      section: 'sport',
      trusted: false,
      role: 'staff',
      rejected: 3,
      approved: 0,
      days: 1,
      sameText: 3,
      byAuthor: 5,
    };
    const other = {
      text: 'people',
      section: 'world',
      trusted: true,
      role: 'reader',
      rejected: 0,
      approved: 9,
      days: 900,
      sameText: 1,
      byAuthor: 1,
    };
    const rules = asking({ all: [{ words: ['vermin'] }, fact] }, [example], [other]);
    expect(hits(rules, 'vermin', facts).length > 0).toBe(holds);
  });

  test.for([
    [{ length: { words: { atMost: 2 } } }, 'Two words', 'Three words here'],
    [{ length: { characters: { atLeast: 8 } } }, 'eight ch', 'seven c'],
    [{ length: { letters: { atMost: 1 } } }, '🐀🐀 !! 7', '🐀 is'],
    [{ capitals: { atLeast: 0.6 } }, 'WHY DOES NOBODY LISTEN to me', 'Why does nobody listen to ME'],
  ])('%j holds for %j and not for %j', ([when, match, ignore]) => {
    expect(hits(asking(when, [match], [ignore]), match as string)[0]?.stretches).toEqual([]);
  });
});

describe('A part that cannot be evaluated', () => {
  const words = { words: ['vermin'] };
  const unknown = { author: { trusted: true } };
  const example = { text: 'vermin', trusted: true };
  const other = { text: 'people', trusted: false };
  const outcome = (when: unknown, text: string, unless?: unknown) => {
    const { hits: found, broken } = findRuleHits(
      compiled({ when, match: [example], ignore: [other], ...(unless !== undefined && { unless }) }),
      comment(text),
    );
    return broken.length > 0 ? 'broken' : found.length > 0 ? 'hit' : 'nothing';
  };

  test.for([
    [{ all: [words, unknown] }, 'vermin', 'broken', 'true and unknown is unknown'],
    [{ all: [words, unknown] }, 'people', 'nothing', 'false and unknown is false'],
    [{ any: [words, unknown] }, 'vermin', 'hit', 'true or unknown is true'],
    [{ any: [words, unknown] }, 'people', 'broken', 'false or unknown is unknown'],
    [{ all: [words, { not: { author: { trusted: false } } }] }, 'vermin', 'broken', 'not unknown is unknown'],
  ])('%j on %j is %s: %s', ([when, text, expected]) => {
    expect(outcome(when, text as string)).toBe(expected);
  });

  it('may excuse the comment, for all anybody knows', () => {
    expect(outcome(words, 'vermin', { comment: { author: { trusted: false } } })).toBe('broken');
    expect(outcome(words, 'people', { comment: { author: { trusted: false } } })).toBe('nothing');
  });
});

describe('A pattern that matches more often than is looked at', () => {
  const calls = compiled({ when: { pattern: ['kill them'] }, match: ['kill them'], unless: { quoted: true } });

  it('sends a comment to a person where all that was looked at is excused', () => {
    const text = `${'"kill them" '.repeat(700)}kill them`;
    expect(findRuleHits(calls, comment(text))).toMatchObject({ hits: [], broken: [{ rule: 'pests' }] });
  });
  it('finds what nothing excuses, however often it stands there', () => {
    expect(hits(calls, 'kill them '.repeat(700))).toHaveLength(1);
    expect(findRuleHits(calls, comment('"kill them" '.repeat(99)))).toMatchObject({ hits: [], broken: [] });
  });
});

describe('A line break', () => {
  const maria = asking({ phrases: ['maria {number}? schmidtberg'] }, ['maria schmidtberg']);

  test.for([
    'Maria\nSchmidtberg',
    'Maria\r\nSchmidtberg',
    'Maria, \n Schmidtberg',
    'Maria <br>Schmidtberg',
    'Maria<br/>\nSchmidtberg',
    '<b>Maria</b>\n<b>Schmidtberg</b>',
    'My\n- dear\nMaria\nSchmidtberg',
    'Maria\n\nSchmidtberg',
    'Maria<br><br>Schmidtberg',
    '<p>Maria</p><p>Schmidtberg</p>',
    'Maria\n- Schmidtberg',
    'Maria. Schmidtberg.',
    'Maria!\nSchmidtberg!',
    '- Maria\n- Schmidtberg',
    '1. Maria\n2. Schmidtberg',
    '> Maria\n> Schmidtberg',
    '<li>Maria<li>Schmidtberg',
    'We all know maria\n\n\nschmidtberg from town',
    `${'A long line and no full stop \n'.repeat(40)}Maria\nSchmidtberg`,
    ...Array.from(
      { length: 12 },
      (_, more) => `${'no full stop '.repeat(29)}${'.. '.repeat(more)}so maria schmidtberg`,
    ),
  ])('hides no phrase: %j', (text) => {
    expect(hits(maria, text)).toHaveLength(1);
  });

  test.for([
    'Hail Maria.\nSchmidtberg',
    'Maria. Schmidtberg lives here.',
    '"Hail Maria!"\nSchmidtberg',
    'Hail Maria\n\nSchmidtberg',
    'Hail Maria\r\n \r\nSchmidtberg',
    'Hail Maria<br><br>Schmidtberg',
    '<p>Hail Maria</p><p>Schmidtberg</p>',
    '<li>Hail Maria<li>Schmidtberg',
    'Hail Maria\n> Schmidtberg',
    '> Hail Maria\nSchmidtberg',
    '- Hail Maria\n- Schmidtberg',
    '1. Hail Maria\n2. Schmidtberg',
  ])('does not join what does not belong together: %j', (text) => {
    expect(hits(maria, text)).toEqual([]);
  });

  test.for([
    [{ near: [{ first: ['bomb'], second: ['city'], within: 2 }] }, 'bomb\nthe\ncity'],
    [{ pattern: ['bomb the city'] }, 'we bomb\nthe city'],
    [{ pattern: ['^bomb the city'] }, 'So\nbomb the city'],
  ] as const)('hides nothing from %j', ([when, text]) => {
    const found = compiled({ when, match: [text] });
    expect(marked(found, text)).toEqual([text.slice(text.indexOf('bomb'))]);
  });

  test.for([
    [{ sentence: { phrases: ['pest control'] } }, 'Pest\ncontrol found vermin.\nIn the cellar.'],
    [{ negated: true }, 'They are not\nvermin.'],
    [{ quoted: true }, '"They are\nvermin," he said.'],
  ])('cuts off no excuse: %j', ([unless, text]) => {
    expect(hits(asking({ words: ['vermin'] }, ['vermin'], ['people'], unless), text as string)).toEqual([]);
  });

  test.for(['a\n', '\n', '>\n', '- \n', ')\n', '\n ', 'a.\n', 'a. ', '<br>', '<br', '"\n', '<p>'])(
    'of 100,000 units of %j is read in time',
    (piece) => {
      const begin = process.cpuUsage();
      hits(maria, piece.repeat(100_000 / piece.length));
      expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(4_000);
    },
  );
});

describe('A place is excused', () => {
  const rules = (unless: unknown) => asking({ words: ['vermin'] }, ['They are vermin.'], ['people'], unless);

  test.for([
    '"They are vermin," he said.',
    'He wrote: “These are vermin!” and left.',
    "What does 'vermin are vermin' even mean?",
    "He wrote 'They are vermin. So are their friends' is what he wrote.",
    "'They are vermin. Stop the pests' he said.",
    "'They are vermin. Take the pests' money.' He meant it.",
    "'They're vermin' was sprayed there in the '80s.",
    '> They are vermin\nNo, they are people.',
  ])('in quotation marks: %j', (text) => {
    expect(hits(rules({ quoted: true }), text)).toEqual([]);
  });

  test.for([
    '« They are vermin » was on the wall.',
    'The 52" TV fell. "They are vermin," he said, and "scum".',
    'In 2019 "they are vermin" was on the wall.',
    '<blockquote>They are vermin.</blockquote> How awful.',
    'So: <BLOCKQUOTE cite="https://a.org/b"><p>They</p><blockquote>No.</blockquote><p>are v e r m i n.</p>\n</blockquote>\nNo.',
  ])('in quotation marks, whatever else stands around them: %j', (text) => {
    expect(hits(rules({ quoted: true }), text)).toEqual([]);
  });

  test.for([
    'The 52" TV they stole! They are vermin. So much for "asylum".',
    'The 52 " TV they stole! They are vermin. A 60 " one.',
    'The 5\'10" one. They are vermin. So much for "asylum".',
    'Sad." They are vermin. So "much" for "asylum".',
    "'Cause I am sick of it. They are vermin. And take the bankers' money.",
    '<blockquote>Never.</blockquote>They are vermin.<blockquote>Never.</blockquote>',
    '<blockquote>They are vermin.',
    '<!-- <blockquote> -->They are vermin.<!-- </blockquote> -->',
    "Round 'em up. They are vermin! The politicians' friends too.",
    "The '80s were fine. They are vermin. See 'em run, the bankers' friends.",
    "Take 'that! They are vermin. And take the bankers' money.",
    "Take 'that! They are vermin. And take the bankers' money, they 'earn' it.",
  ])('but not by a mark that opens or closes nothing: %j', (text) => {
    expect(marked(rules({ quoted: true }), text)).toEqual(['vermin']);
  });

  it('but not beside them, nor after an apostrophe', () => {
    expect(marked(rules({ quoted: true }), '"Refugees" are vermin, that\'s what they\'re.')).toEqual(['vermin']);
  });

  test.for([
    'They are not vermin.',
    "They aren't vermin.",
    'Nobody is vermin.',
    'They never were vermin to me.',
    'No one here is vermin.',
  ])('when it is negated: %j', (text) => {
    expect(hits(rules({ negated: true }), text)).toEqual([]);
  });

  test.for([
    'They are not people, they are vermin.',
    'No mercy, they are vermin.',
    'Not only that, vermin.',
    'I did not vote. They are vermin.',
    'I do not hesitate to call them vermin.',
    'Without pity call them vermin.',
    'We will not ever stop saying vermin.',
    'I am not even kidding they are vermin.',
    'We will not rest until vermin leaves.',
    'It is not nice but they are vermin.',
    'Those who do not work are vermin.',
    'People which never vote are vermin.',
    'Migrants that do not leave are vermin.',
    'If they will not go they are vermin.',
    'They never learn so vermin it is.',
    'I will not vote because they are vermin.',
    'They are not refugees they are vermin.',
    "They don't deserve help they are vermin.",
    "Why don't we call them vermin?",
    "Can't we just call them vermin?",
    "Isn't it time to say vermin?",
    "You can't deny that they are vermin.",
    'No one can deny the vermin.',
    'Without doubt they are vermin.',
    "I couldn't agree more about vermin.",
  ])('but not by a negation of something else: %j', (text) => {
    expect(marked(rules({ negated: true }), text)).toEqual(['vermin']);
  });

  test.for([
    'Mercy? Never! They are vermin.',
    'Never. Vermin. All.',
    `Not one of them ${'and so on '.repeat(45)} they are vermin`,
  ])('but not by a negation behind which a sentence ends: %j', (text) => {
    expect(marked(rules({ negated: true }), text).map((one) => one.toLowerCase())).toEqual(['vermin']);
  });

  test.for([
    'Those who do not think they are vermin may stay.',
    'People who do not work are not vermin.',
    'Nobody who does not work is vermin.',
    'I said that they are not vermin.',
    'If they are not vermin, what are they?',
    'Nobody but a fool says vermin.',
    'We know that nobody here is vermin.',
    'They do not think they are vermin.',
    'They are not so bad as vermin.',
    "I can't see how they are vermin?",
    "Please don't call them vermin, will you?",
    "Don't call them vermin, will you?",
  ])('also where another clause stands before it: %j', (text) => {
    expect(hits(rules({ negated: true }), text)).toEqual([]);
  });

  it('by what its own sentence says', () => {
    const spared = rules({ sentence: { phrases: ['pest control'] } });
    expect(hits(spared, 'Pest control found vermin.')).toEqual([]);
    expect(marked(spared, 'Pest control came. They are vermin.')).toEqual(['vermin']);
  });

  it('by what the whole comment says', () => {
    expect(hits(rules({ comment: { words: ['cellar'] } }), 'They are vermin. In my cellar!')).toEqual([]);
  });

  it('one place at a time', () => {
    const text = '"Vermin," she said. Vermin yourself.';
    expect(marked(rules({ quoted: true }), text)).toEqual(['Vermin']);
    expect(hits(rules({ quoted: true }), text)[0]?.stretches).toEqual([{ begin: 20, end: 26 }]);
  });

  test.for([{ quoted: true }, { sentence: { phrases: ['the word'] } }])(
    'and no other part of the rule: %j',
    (unless) => {
      const rules = compiled({
        when: { any: [{ words: ['frobnicate'] }, { author: { trusted: true } }] },
        unless,
        match: [{ text: 'Frobnicate!', trusted: false }],
        ignore: [{ text: 'people', trusted: false }],
      });
      const found = (facts: RuleFacts) =>
        findRuleHits(rules, comment('The word "frobnicate" came up at the harbour.', facts));
      expect(found({}).broken).toEqual([{ rule: 'pests', shadow: false }]);
      expect(found({ author: { trusted: true } }).hits).toMatchObject([{ rule: 'pests', stretches: [] }]);
      expect(found({ author: { trusted: false } })).toEqual({ hits: [], broken: [] });
    },
  );

  it('and with it its part of a rule that asks for all', () => {
    const linked = { all: [{ words: ['vermin'] }, { links: 'any' }] };
    const rules = asking(linked, ['Vermin, see http://a.org'], ['people'], { negated: true });
    expect(marked(rules, 'They are not vermin, see http://a.org')).toEqual([]);
    const both = { all: [{ words: ['scum'] }, { words: ['immigrants'] }] };
    const quoting = asking(both, ['Scum, these immigrants.'], ['people'], { quoted: true });
    expect(marked(quoting, 'They wrote "scum" on the wall; the immigrants painted it over.')).toEqual([]);
    expect(marked(quoting, 'They wrote "scum". What scum, these immigrants.')).toEqual(['scum', 'immigrants']);
  });

  it('but not where the rule asks that it is not there', () => {
    const when = { all: [{ words: ['vermin'] }, { not: { words: ['cellar'] } }] };
    const spared = asking(when, ['They are vermin.'], ['people'], { quoted: true });
    expect(hits(spared, 'They are vermin in a "cellar".')).toEqual([]);
  });
});

describe('A list is refused', () => {
  test.for([
    [{ effect: 'delete' }, 'effect'],
    [{ label: 'off_topic', effect: 'reject' }, 'may only flag or ask for review'],
    [{ match: [] }, 'match'],
    [{ ignore: undefined }, 'ignore'],
    [{ reason: '' }, 'reason'],
    [{ id: 'Not An Id' }, 'small letters'],
    [{ unles: { quoted: true } }, 'unknown key "unles"; did you mean unless?'],
    [{ when: { phrase: ['x'] } }, 'did you mean phrases?'],
    [{ when: {} }, 'is empty'],
    [{ when: ['vermin'] }, 'must be a condition'],
    [{ when: { words: ['a'], section: ['b'] } }, 'put both under all'],
    [{ when: { all: [{ words: ['vermin'] }], words: ['b'] } }, 'must stand alone'],
    [{ when: { words: ['vermin', '(vermin|)'] } }, 'empty alternative'],
    [{ when: { words: ['vermin', '!!!'] } }, 'reads as nothing'],
    [{ when: { phrases: ['vermin', '... vermin'] } }, 'must begin with a word'],
    [{ when: { phrases: ['vermin', 'rats?'] } }, 'may be empty'],
    [{ when: { phrases: ['vermin', 'a (b|c'] } }, 'without its )'],
    [{ when: { phrases: ['vermin', '{nobody} is'] } }, 'there is no set {nobody}'],
    [{ when: { phrases: ['vermin', '{numbr} is'] } }, 'there is no set {numbr}; did you mean {number}?'],
    [{ when: { words: ['vermin', ''] } }, 'words must not be empty'],
    [
      { when: { words: ['vermin'], pattern: ['(?=a)b'] } },
      'no pattern of RE2: invalid or unsupported Perl syntax: `(?=`',
    ],
    [{ when: { words: ['vermin'], pattern: ['a*'] } }, 'matches every comment'],
    [{ when: { words: ['vermin'], links: ['not a domain'] } }, 'must be a domain'],
    [{ match: ['vermin', 'rats'] }, 'does not match example 2 under match: “rats”'],
    [{ match: ['vermin', `${'rats '.repeat(20)}\n`] }, `example 2 under match: “${'rats '.repeat(12).trim()}…”`],
    [{ ignore: ['no vermin here'] }, 'matches example 1 under ignore'],
    [{ when: { author: { trusted: true } } }, 'cannot be evaluated'],
  ])('with %j: %s', ([change, words]) => {
    const message = faults(() => compiled(change as Record<string, unknown>));
    expect(message).toContain(words);
    expect(message).toMatch(/^test/);
  });

  it('when a set holds itself', () => {
    const sets = { a: ['{b}'], b: ['{a}'] };
    expect(faults(() => compiled({ when: { phrases: ['vermin', '{a}'] } }, sets))).toContain('holds itself');
  });

  it('when two rules have one id, whichever lists they are in', () => {
    const lists = [parseRuleList('one', list(rule())), parseRuleList('two', list(rule()))];
    expect(faults(() => compileRules(lists))).toBe('two rule pests: the id pests is taken in one');
  });

  it('when it is nested beyond any use', () => {
    let when: unknown = { words: ['vermin'] };
    for (let depth = 0; depth < 5_000; depth += 1) when = { not: when };
    expect(faults(() => parseRuleList('test', list(rule({ when }))))).toContain('nested too deep');
  });

  it('when it holds more words than anybody reads', () => {
    const words = Array.from({ length: 200_000 }, (_, index) => `word${index}`);
    expect(faults(() => parseRuleList('test', list(rule({ when: { words } }))))).toContain('holds 200000 words');
  });

  it('when what excuses holds more words than anybody reads, or its examples are more', () => {
    const words = Array.from({ length: 50_000 }, (_, index) => `word${index}`);
    for (const unless of [
      { sentence: { words } },
      { comment: { not: { any: [{ words }] } } },
      { sentence: { pattern: words } },
    ]) {
      expect(faults(() => parseRuleList('test', list(rule({ unless }))))).toContain('holds 50001 words');
    }
    const ignore = words.slice(0, 5_000);
    expect(faults(() => parseRuleList('test', list(rule({ ignore }))))).toContain('holds 5001 examples');
  });

  it('with every fault named, not only the first', () => {
    const broken = list(rule({ label: 'nonsense' }), rule({ id: 'other', reason: '' }));
    expect(faults(() => parseRuleList('test', broken)).split('\n')).toHaveLength(2);
  });
});

describe('Many rules on a long comment', () => {
  test.for(['they are all just ', 'kill ', 'a ', '"a" ', 'x'.repeat(100)])(
    'of %j over and over take their time, but not more',
    (piece) => {
      const nested = `kill ${'(kill (kill kill?)?)? '.repeat(12)}them`;
      const rules = asking(
        { phrases: ['they (are|is) (all|just)? (all|just)? ... vermin', 'kill ... ... them', nested] },
        ['they are vermin'],
      );
      const text = piece.repeat(20_000 / piece.length);
      // Of the processor: how busy the machine is says nothing about the rules.
      const begin = process.cpuUsage();
      findRuleHits(rules, comment(text));
      expect(process.cpuUsage(begin).user / 1_000).toBeLessThan(2_000);
    },
  );
});

describe('Examples are held to, as they come in', () => {
  const told = (change: Record<string, unknown>) => faults(() => compiled(change));

  test.for([
    // What hangs on the end of the comment, or its beginning, is not put among others.
    [{ when: { pattern: ['vermin\\W*\\z'] } }, ''],
    [{ when: { pattern: ['vermin[.] it'] }, match: ['vermin. it is'] }, ''],
    [{ when: { pattern: ['\\[link\\]'] }, match: ['see a.com'] }, ''],
    [{ when: { near: [{ first: ['vermin'], second: ['people'], within: 3 }] }, match: ['vermin people'] }, ''],
    [
      { when: { words: ['vermin'] }, unless: { comment: { words: ['library'] } } },
      'example 1 under match when it comes between other sentences',
    ],
    [{ when: { pattern: ['(?:\\. |^.?)vermin'] }, match: ['So. Vermin'], ignore: ['a vermin'] }, ''],
    [
      { when: { pattern: ['vermin', 'people[.] it'] }, ignore: ['people'] },
      'example 1 under ignore when it comes before another sentence',
    ],
    [{ when: { words: ['vermin'] }, match: ['They are VERMIN: see www.a.com, a@b.com &amp; go'] }, ''],
    [{ when: { phrases: ['white genocide'] }, match: ['Stop the #WhiteGenocide now'] }, ''],
  ] as const)('%j: %j', ([change, words]) => {
    const message = told(change as Record<string, unknown>);
    if (words === '') expect(message).toBe('');
    else expect(message).toContain(words);
  });
});
