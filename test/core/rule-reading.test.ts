import { describe, expect, it, test } from 'vitest';
import { asking, hits, marked } from '../support/rules.js';

describe('Initials in an entry', () => {
  test.for([
    ['R&B', 'I like R&B, R & B, r&amp;b and r &amp; b.', ['R&B', 'R & B', 'r&amp;b', 'r &amp; b']],
    ['U.S.', 'The U.S. army, the U. S. army, the u.s army', ['U.S', 'U. S', 'u.s']],
    ['E.U.', 'The E.U. is here', ['E.U']],
    ['U.S. soldiers', 'U.S. soldiers', ['U.S. soldiers']],
    ['E.U. law', 'Only E.U. law', ['E.U. law']],
    ['AT&T', 'AT&T', ['AT&T']],
    ['AT&T', "AT&T's network", ["AT&T's"]],
    ['R&B', "R&B's best, R & B’s best", ["R&B's", 'R & B’s']],
    ["M&S's", "food of M&S, M&S's food", ['M&S', "M&S's"]],
    ['R & B', 'R&B, R & B', ['R&B', 'R & B']],
    ['S&M', 'S&M, s & m, s/m, s-m', ['S&M', 's & m', 's/m', 's-m']],
    ['F.U.', 'F.U., f u, f you', ['F.U', 'f u', 'f you']],
    ['f u', 'F.U., f u, f you', ['F.U', 'f u', 'f you']],
    ['T&Cs', 'the T & Cs', ['T & Cs']],
    ['U-turn', 'another U-turn', ['U-turn']],
  ] as const)('find what is meant: %s in %j', ([entry, text, found]) => {
    expect(marked(asking({ words: [entry] }, [entry]), text)).toEqual(found);
  });

  test.for([
    ['R&B', 'are B, r b, R. B. Jones, R and B'],
    ['U.S.', 'let us, US, you s, u s'],
    ['AT&T', 'look at T-Mobile'],
    ['U-turn', 'you turn left, u turn left'],
  ] as const)('find no other words: %s in %j', ([entry, text]) => {
    expect(marked(asking({ words: [entry] }, [entry]), text)).toEqual([]);
  });

  it('are no short forms to other entries, but a letter beside no other is', () => {
    const threats = asking({ phrases: ['kill you', 'you are', 'you and i', 'you i'] }, ['kill you']);
    expect(marked(threats, 'they kill U.S. soldiers, U-boats are here, R&B')).toEqual([]);
    const are = asking({ words: ['are'] }, ['are']);
    expect(marked(are, "R&B's best, R&Bs, R & Bs, the R&D's cost, R & B's best, the R-rated and R-values")).toEqual([]);
    expect(marked(threats, 'kill u. Be gone. kill u.i will, u r, u.r, u & i')).toEqual([
      'kill u',
      'kill u.i',
      'u r',
      'u.r',
      'u & i',
    ]);
    expect(marked(threats, 'kill u–ur dead, kill u—and, kill u-scum, kill u & c u in hell. kill u.c u later')).toEqual([
      'kill u',
      'kill u',
      'kill u',
      'kill u',
      'kill u',
    ]);
  });
});

describe('A hashtag whose words run together', () => {
  const call = asking(
    { phrases: ['send (them|her|those people) back', 'close the ... camps'] },
    ['send them back'],
    undefined,
    {
      negated: true,
    },
  );

  test.for([
    ['#sendthemback', ['sendthemback']],
    [
      'Enough! #SENDTHEMBACK, #Sendherback (#sendthosepeopleback)',
      ['SENDTHEMBACK', 'Sendherback', 'sendthosepeopleback'],
    ],
    ['#closethecamps #closethebloodycamps', ['closethecamps', 'closethebloodycamps']],
    ['not #sendthemback', []],
  ] as const)('is found by a phrase of the same words: %s', ([text, found]) => {
    expect(marked(call, text)).toEqual(found);
  });

  it('is marked where it stands, and said to have been taken apart', () => {
    expect(hits(call, 'So \u200b#send\u200bthemback!')).toMatchObject([
      { stretches: [{ begin: 5, end: 18 }], undone: ['invisible', 'run-together'] },
    ]);
  });

  test.for([
    ['sendthemback', 'a word without the sign is none'],
    ['#sendthembacknow #whysendthemback', 'of more words something else may be said'],
    ['x#sendthemback /#sendthemback_2', 'what stands inside other names is none'],
  ])('is not found in %s: %s', ([text]) => {
    expect(marked(call, text ?? '')).toEqual([]);
  });

  it('is not found by its single words', () => {
    expect(marked(asking({ words: ['rapist', 'back', 'them'] }, ['rapist']), '#therapist #sendthemback')).toEqual([]);
  });
});

describe('Emoji between the words of a phrase', () => {
  const phrases = ['kill them', 'kill them all', 'they are (rats|rat)', 'kill rat', 'piece of shit'];
  const calls = asking({ phrases }, ['kill them all']);

  test.for([
    ['kill 🔪 them all', ['kill 🔪 them all']],
    ['Kill 👏 Them 👏 All', ['Kill 👏 Them 👏 All']],
    ['KILL👏THEM🇩🇪ALL', ['KILL👏THEM🇩🇪ALL']],
    ['kill &#128298;&#128299; them', ['kill &#128298;&#128299; them']],
    ['kill 😂 them 😂 all', ['kill 😂 them 😂 all']],
    [`kill ${'🔪🔫'.repeat(40)} them`, [`kill ${'🔪🔫'.repeat(40)} them`]],
    ['a piece 👨🏿‍🚒 of ☠️ 💩', ['piece 👨🏿‍🚒 of ☠️ 💩']],
  ] as const)('are passed over: %s', ([text, found]) => {
    expect(marked(calls, text)).toEqual(found);
  });

  test.for([
    ['they are 🐀', ['they are 🐀']],
    ['they are 👏🐀 😂 all of them', ['they are 👏🐀']],
    ['kill 🔪🐀', ['kill 🔪🐀']],
    ['kill 🐀 them', ['kill 🐀 them']],
  ] as const)('are found by their names as well: %s', ([text, found]) => {
    expect(marked(calls, text)).toEqual(found);
  });

  test.for([
    ['this could kill 🔪 Them I like', 'a capital begins another sentence'],
    ['this could kill 🔪. them I like', 'a full stop ends one'],
    ['this could kill! 🔪 them I like', 'so does what stands before the emoji'],
    ['this could kill 😂 them I like', 'so do many with a face'],
    ['this could kill &#128514; them I like', 'so do many with a face'],
    ['🔪 kill 🔪', 'nothing follows'],
  ])('join no sentences: %s, since %s', ([text]) => {
    expect(marked(calls, text ?? '')).toEqual([]);
  });

  it('are passed over as wholes: an hourglass not done denies nothing', () => {
    const denied = asking({ phrases: ['they are not people'] }, ['they are not people']);
    expect(marked(denied, 'they are ⏳ people')).toEqual([]);
  });

  it('make no excuse of what is none', () => {
    const coarse = asking({ words: ['pussy'] }, ['pussy'], undefined, { sentence: { phrases: ['pussy cat'] } });
    expect(marked(coarse, 'wet pussy 💦🐱')).toEqual(['pussy']);
    expect(marked(coarse, 'wet pussy 💦🐱 is here')).toEqual(['pussy']);
    expect(marked(coarse, 'a pussy cat, a pussy 🐱')).toEqual([]);
  });

  it('hide no excuse', () => {
    const excused = asking({ phrases: ['kill them all', 'leave this town'] }, ['kill them all'], undefined, {
      sentence: { phrases: ['them all with jam', 'when will you'] },
    });
    expect(marked(excused, 'kill 👏 them 👏 all 👏 with 👏 jam')).toEqual([]);
    expect(marked(excused, 'When will 🙏 you leave this town?')).toEqual([]);
    expect(marked(excused, 'When will 🙏🐱 you leave this town?')).toEqual([]);
    expect(marked(excused, 'kill 👏 them 👏 all 👏 with 👏 glue')).toEqual(['kill 👏 them 👏 all']);
  });
});
