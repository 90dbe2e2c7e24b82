import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABELS } from '../../src/core/labels.js';
import type { Span } from '../../src/core/spans.js';
import { hasMasks, highlight, type Piece, quoted } from '../../src/web/highlight.js';
import { stretch } from './comments.js';

const byModel = (text: string, part: string, label: Span['label']): Span => ({
  ...stretch(text, part),
  label,
  source: 'model',
  score: 0.9,
});
const byRule = (text: string, part: string, label: Span['label']): Span => ({
  ...stretch(text, part),
  label,
  source: 'rule',
});

/** Draws pieces as text: `[label words]`, `-` where unwashed, `*` for a chip, `{b|urn}` for a mask. */
function drawn(text: string, spans: readonly Span[], mask = false): string[] {
  const draw = (pieces: readonly Piece[]): string =>
    pieces
      .map((piece) => {
        if (piece.kind === 'words') return piece.text;
        if (piece.kind === 'masked') return `{${piece.shown}|${piece.covered}}`;
        return `[${piece.washed ? '' : '-'}${piece.label}${piece.chip ? '*' : ''} ${draw(piece.pieces)}]`;
      })
      .join('');
  return highlight(text, spans, { mask }).map(({ pieces }) => draw(pieces));
}

describe('A comment without spans', () => {
  it('is its paragraphs, without the blanks between them', () => {
    expect(drawn('  One.\n\n \n Two,\nsame paragraph. \n', [])).toEqual(['One.', 'Two,\nsame paragraph.']);
  });

  it('is nothing where it is blank', () => {
    expect(drawn(' \n\n ', [])).toEqual([]);
  });
});

describe('A span', () => {
  const text = 'The mayor is a clown, they say.';

  it('is marked with its chip at its end', () => {
    expect(drawn(text, [byModel(text, 'mayor is a clown', 'insult')])).toEqual([
      'The [insult* mayor is a clown], they say.',
    ]);
  });

  it('over two paragraphs has one chip, at the end of the last', () => {
    const two = 'First half.\n\nSecond half. Rest.';
    expect(drawn(two, [byModel(two, 'half.\n\nSecond half.', 'hate')])).toEqual([
      'First [hate half.]',
      '[hate* Second half.] Rest.',
    ]);
  });

  it('that ends in the gap between paragraphs has its chip before the gap', () => {
    const two = 'First.\n\nSecond.';
    expect(drawn(two, [byModel(two, 'First.\n', 'hate')])).toEqual(['[hate* First.]', 'Second.']);
  });

  it.for([
    { begin: -5, end: 3 },
    { begin: 28, end: 400 },
    { begin: Number.NaN, end: 2 },
  ])('from $begin to $end is cut to the text', ({ begin, end }) => {
    expect(() => highlight(text, [{ begin, end, label: 'hate', source: 'model' }], { mask: true })).not.toThrow();
  });

  it('that is empty or turned round is left out', () => {
    expect(
      drawn(text, [
        { begin: 4, end: 4, label: 'hate', source: 'model' },
        { begin: 9, end: 4, label: 'hate', source: 'model' },
      ]),
    ).toEqual([text]);
  });

  it('never cuts a surrogate pair', () => {
    expect(drawn('a😀b', [{ begin: 2, end: 3, label: 'hate', source: 'model' }])).toEqual(['a[hate* 😀]b']);
  });

  it('ends at its last word, not in the blank behind it', () => {
    expect(drawn('One. Two.', [{ begin: 0, end: 5, label: 'hate', source: 'model' }])).toEqual(['[hate* One.] Two.']);
  });

  it('with a label that has no glyph is left out', () => {
    expect(drawn(text, [byModel(text, 'clown', 'toxicity')])).toEqual([text]);
  });
});

describe('Spans that overlap', () => {
  const text = 'They lie and they steal and they burn.';

  it('are nested, and the worse label has the wash', () => {
    expect(drawn(text, [byModel(text, text, 'insult'), byModel(text, 'they burn', 'incitement')])).toEqual([
      '[insult* They lie and they steal and [incitement* they burn].]',
    ]);
    expect(drawn(text, [byModel(text, text, 'incitement'), byModel(text, 'steal', 'insult')])).toEqual([
      '[incitement* They lie and they [-insult* steal] and they burn.]',
    ]);
  });

  it('are cut where one leaves the other, with the chip at the very end', () => {
    expect(
      drawn(text, [byModel(text, 'They lie and they', 'hate'), byModel(text, 'and they steal', 'insult')]),
    ).toEqual(['[hate* They lie [-insult and they]][insult*  steal] and they burn.']);
  });

  it('of one label keep both underlines and need one chip', () => {
    expect(drawn(text, [byModel(text, text, 'hate'), byRule(text, 'steal', 'hate')])).toEqual([
      '[hate* They lie and they [-hate steal] and they burn.]',
    ]);
    expect(drawn(text, [byModel(text, 'steal', 'hate'), byRule(text, 'steal', 'hate')])).toEqual([
      'They lie and they [hate* [-hate steal]] and they burn.',
    ]);
  });
});

describe('A mask', () => {
  const text = 'You are a damned fool, f o o l.';

  it('covers a curse that a rule found, but for its first letter', () => {
    expect(drawn(text, [byRule(text, 'damned', 'profanity')], true)).toEqual([
      'You are a [profanity* {d|amned}] fool, f o o l.',
    ]);
  });

  it('leaves the words alone where the person switched masks off', () => {
    expect(drawn(text, [byRule(text, 'damned', 'profanity')], false)).toEqual([
      'You are a [profanity* damned] fool, f o o l.',
    ]);
  });

  it('covers each of several words for itself', () => {
    expect(drawn(text, [byRule(text, 'damned fool', 'hate')], true)).toEqual([
      'You are a [hate* {d|amned} {f|ool}], f o o l.',
    ]);
  });

  it('takes letters that are spaced out for one word', () => {
    expect(drawn(text, [byRule(text, 'f o o l', 'dehumanisation')], true)).toEqual([
      'You are a damned fool, [dehumanisation* {f| o o l}].',
    ]);
  });

  it('is not laid over an insult, nor over what only the model calls hate', () => {
    const spans = [byRule(text, 'fool', 'insult'), byModel(text, 'damned', 'hate')];
    expect(hasMasks(text, spans)).toBe(false);
  });

  it('is not laid over a phrase that says what has to be judged', () => {
    const phrase = 'They are vermin, and vermin they stay.';
    expect(hasMasks(phrase, [byRule(phrase, 'They are vermin', 'dehumanisation')])).toBe(false);
    expect(hasMasks(phrase, [byRule(phrase, 'vermin', 'dehumanisation')])).toBe(true);
  });

  it('is not laid over a sentence', () => {
    const sentence = 'They are all of them damned and always were.';
    expect(hasMasks(sentence, [byRule(sentence, sentence, 'hate')])).toBe(false);
  });

  it('keeps an accent with its letter', () => {
    expect(drawn('e\u0301cole', [{ begin: 0, end: 6, label: 'profanity', source: 'rule' }], true)).toEqual([
      '[profanity* {e\u0301|cole}]',
    ]);
  });
});

describe('A quoted comment', () => {
  it('keeps its masks and loses its marks', () => {
    const text = 'A damned lie.';
    const spans = [byModel(text, text, 'hate'), byRule(text, 'damned', 'profanity')];
    expect(quoted(text, spans, { mask: true }).map((pieces) => pieces.map(({ kind }) => kind))).toEqual([
      ['words', 'masked', 'words'],
    ]);
  });
});

describe('Whatever the spans', () => {
  const span = fc.record({
    begin: fc.integer({ min: -3, max: 60 }),
    end: fc.integer({ min: -3, max: 60 }),
    label: fc.constantFrom(...LABELS),
    source: fc.constantFrom('model' as const, 'rule' as const),
  });
  const words = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\n', '😀', '\u0301', 'ש'), maxLength: 50 });

  it('all words are there, in their order and once', () => {
    fc.assert(
      fc.property(words, fc.array(span, { maxLength: 8 }), fc.boolean(), (text, spans, mask) => {
        const read = (pieces: readonly Piece[]): string =>
          pieces
            .map((piece) =>
              piece.kind === 'words'
                ? piece.text
                : piece.kind === 'masked'
                  ? piece.shown + piece.covered
                  : read(piece.pieces),
            )
            .join('');
        for (const { begin, pieces } of highlight(text, spans, { mask })) {
          const paragraph = read(pieces);
          expect(paragraph).toBe(text.slice(begin, begin + paragraph.length));
          expect(paragraph).toBe(paragraph.trim());
        }
        const all = highlight(text, spans, { mask })
          .map(({ pieces }) => read(pieces))
          .join('');
        expect(all.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  it('each has at most one chip', () => {
    fc.assert(
      fc.property(words, fc.array(span, { maxLength: 8 }), (text, spans) => {
        const chips = (pieces: readonly Piece[]): number =>
          pieces.reduce(
            (sum, piece) => sum + (piece.kind === 'marked' ? Number(piece.chip) + chips(piece.pieces) : 0),
            0,
          );
        const sum = highlight(text, spans, { mask: false }).reduce((n, { pieces }) => n + chips(pieces), 0);
        expect(sum).toBeLessThanOrEqual(spans.length);
      }),
    );
  });

  it('a text made of blanks is laid out at once', () => {
    const begun = performance.now();
    highlight(' \n'.repeat(10_000), [], { mask: true });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
