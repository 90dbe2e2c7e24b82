/** What of a pattern finds nothing, because it asks for capitals and comments are read in small letters. */
export type Dead =
  /** Nothing of it ever matches. */
  | { readonly kind: 'whole' }
  /** These of its alternatives never match, in the order in which they stand; others do. None, where all is well. */
  | { readonly kind: 'alternatives'; readonly alternatives: readonly string[] };

/**
 * Looks for what of a pattern no comment can match: `(VERMIN|lice)` finds lice alone.
 *
 * @param pattern one that RE2 takes.
 */
export function deadIn(pattern: string): Dead {
  // Where case is passed over, somewhere or everywhere, capitals match.
  if (/\(\?[a-zA-Z]*i/.test(pattern)) return { kind: 'alternatives', alternatives: [] };
  const reader = new PatternReader(pattern);
  return reader.alternation() ? { kind: 'whole' } : { kind: 'alternatives', alternatives: reader.dead };
}

/** Reads a pattern from left to right, by as much of RE2's syntax as says what has to be there. */
class PatternReader {
  /** Alternatives that never match, beside others that may. */
  readonly dead: string[] = [];
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Reads to the end, or to the bracket that closes it. @returns whether none of the alternatives can match */
  alternation(): boolean {
    const before = this.dead.length;
    const deadHere: string[] = [];
    let count = 0;
    do {
      if (count > 0) this.#at += 1;
      const begin = this.#at;
      if (this.#sequence()) deadHere.push(this.#pattern.slice(begin, this.#at));
      count += 1;
    } while (this.#pattern[this.#at] === '|');
    if (deadHere.length === count) {
      // It is dead as a whole: its parts need no word of their own.
      this.dead.length = before;
      return true;
    }
    this.dead.push(...deadHere);
    return false;
  }

  #sequence(): boolean {
    let isDead = false;
    const before = this.dead.length;
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const asksInVain = this.#one();
      if (!this.#mayBeMissing() && asksInVain) isDead = true;
    }
    if (isDead) this.dead.length = before;
    return isDead;
  }

  /** One letter, class, escape or group. @returns whether nothing matches it */
  #one(): boolean {
    const rest = this.#pattern.slice(this.#at);
    const group = /^\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?/.exec(rest);
    const flags = /^\(\?[a-zA-Z-]+\)/.exec(rest);
    if (flags !== null) {
      this.#at += flags[0].length;
      return false;
    }
    if (group !== null) {
      this.#at += group[0].length;
      const isDead = this.alternation();
      this.#at += 1;
      return isDead;
    }
    const [read, literal] = literalIn(rest);
    this.#at += read;
    return literal !== null && isCapitals(literal);
  }

  /** Reads how often what stands before it is there. */
  #mayBeMissing(): boolean {
    const times = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.#pattern.slice(this.#at))?.[0] ?? '';
    this.#at += times.length;
    return /^(?:[*?]|\{0+[,}])/.test(times);
  }
}

/** How much stands for one letter or stretch, and the letters that it asks for; null where that is not capitals alone. */
function literalIn(rest: string): readonly [number, string | null] {
  const quoted = /^\\Q(.*?)(?:\\E|$)/s.exec(rest);
  if (quoted !== null) return [quoted[0].length, quoted[1] ?? ''];
  const set = /^\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/su.exec(rest);
  if (set !== null) return [set[0].length, /^\[(?:\p{Lu}(?:-\p{Lu})?)+\]$/u.test(set[0]) ? 'A' : null];
  const escaped = /^\\(?:[pPx]\{[^}]*\}|[pP].|x[\dA-Fa-f]{2}|.)/s.exec(rest);
  if (escaped !== null) return [escaped[0].length, null];
  const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return [letter.length, letter];
}

function isCapitals(letters: string): boolean {
  return /\p{Lu}/u.test(letters);
}
