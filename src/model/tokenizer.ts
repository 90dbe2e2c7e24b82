import { Tokenizer as WordPieces } from '@huggingface/tokenizers';
import { windowsOf } from '../core/windows.js';
import type { Tokens } from './manifest.js';

/** Cuts normalised text into the windows of token ids that the encoder reads. */
export type Tokenizer = {
  /** Token ids of the text without the first and last mark. */
  ids(text: string): readonly number[];
  /** One or more windows, first and last mark included; a short text has one. */
  windows(text: string): readonly Int32Array[];
};

/**
 * @param file the parsed `tokenizer.json`; its own truncation and padding are not used.
 */
export function createTokenizer(file: object, tokens: Tokens): Tokenizer {
  // Without the added tokens a comment that contains "[SEP]" or "[PAD]" is just text, not an instruction to the model.
  const pieces = new WordPieces({ ...file, added_tokens: [], truncation: null, padding: null }, {});
  const inner = tokens.window - 2;

  const ids = (text: string) => pieces.encode(breakLongWords(text), { add_special_tokens: false }).ids;
  return {
    ids,
    windows: (text) => {
      const all = ids(text);
      return windowsOf(all.length, inner, tokens.overlap).map(({ begin, end }) => {
        const window = new Int32Array(end - begin + 2);
        window[0] = tokens.first;
        window.set(all.slice(begin, end), 1);
        window[window.length - 1] = tokens.last;
        return window;
      });
    },
  };
}

/** WordPiece gives up on words of more than a hundred characters and would read 20 KiB without a space as one unknown word. */
function breakLongWords(text: string): string {
  return text.replace(/[\p{L}\p{M}\p{N}]{100,}/gu, (word) => word.replace(/.{50}/gsu, '$& '));
}
