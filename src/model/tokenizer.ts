import { Tokenizer as WordPieces } from '@huggingface/tokenizers';
import { splitSentences } from '../core/sentences.js';
import type { Stretch } from '../core/spans.js';
import { windowsOf, windowsOfSentences } from '../core/windows.js';
import type { Tokens } from './manifest.js';

/** Cuts normalised text into the windows of token ids that the encoder reads, first and last mark included. */
export type Tokenizer = {
  /** Token ids of the text, without marks. */
  ids(text: string): readonly number[];
  /** The text in as few and long windows as can be, so that it is understood as a whole. A comment mostly has one. */
  passages(text: string): readonly Int32Array[];
  /**
   * The text once more in short windows of whole sentences: in the mean over a long one a threat of ten words is lost.
   * Empty where the text is short enough to be understood in one.
   */
  closely(text: string): readonly Int32Array[];
};

/**
 * @param file the parsed `tokenizer.json`; its own truncation and padding are not used.
 */
export function createTokenizer(file: object, tokens: Tokens): Tokenizer {
  // Without the added tokens a comment that contains "[SEP]" or "[PAD]" is just text, not an instruction to the model.
  const pieces = new WordPieces({ ...file, added_tokens: [], truncation: null, padding: null }, {});
  const marks = 2;
  const sizes = { size: tokens.window - marks, slack: tokens.slack, overlap: tokens.overlap };

  const idsOf = (text: string) => pieces.encode(breakLongWords(text), { add_special_tokens: false }).ids;
  const marked = (ids: readonly number[]) => (stretch: Stretch) => {
    const window = new Int32Array(stretch.end - stretch.begin + marks);
    window[0] = tokens.first;
    window.set(ids.slice(stretch.begin, stretch.end), 1);
    window[window.length - 1] = tokens.last;
    return window;
  };

  return {
    ids: idsOf,
    closely: (text) => {
      // Far cheaper than cutting sentences, and enough for most comments.
      if (idsOf(text).length <= sizes.size + sizes.slack) return [];
      const sentences = splitSentences(text).map(({ begin, end }) => idsOf(text.slice(begin, end)));
      const ids = sentences.flat();
      const stretches = windowsOfSentences(
        sentences.map((sentence) => sentence.length),
        sizes,
      );
      return stretches.map(marked(ids));
    },
    passages: (text) => {
      const ids = idsOf(text);
      return windowsOf(ids.length, tokens.passage - marks, tokens.overlap).map(marked(ids));
    },
  };
}

/** WordPiece gives up on words of more than a hundred characters and would read 20 KiB without a space as one unknown word. */
function breakLongWords(text: string): string {
  return text.replace(/[\p{L}\p{M}\p{N}]{100,}/gu, (word) => word.replace(/.{50}/gsu, '$& '));
}
