/** Shorter names differ by a letter as a rule: `Art` and `Act`. */
const SHORTEST = 4;
/** Of longer names every letter would be left out once, for nothing. */
const LONGEST = 60;

/**
 * Names of sections, to be asked for one that another name was most likely meant to be: it differs in capitals, blanks and hyphens,
 * or in one letter. A digit tells sections apart (`Euro 2024`, `Euro 2028`).
 */
export class SectionNames {
  readonly #names = new Set<string>();
  /** Names by what they have in common with those that lie one letter away. */
  readonly #byTrace = new Map<string, string[]>();

  /** @param names of several that are as near the first one is answered. */
  constructor(names: readonly string[] = []) {
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    for (const trace of tracesOf(keyOf(name))) {
      const known = this.#byTrace.get(trace);
      if (known === undefined) this.#byTrace.set(trace, [name]);
      else known.push(name);
    }
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** A name that is nearly this one, and not this one; undefined where there is none. */
  near(name: string): string | undefined {
    const key = keyOf(name);
    for (const trace of tracesOf(key)) {
      const found = this.#byTrace.get(trace)?.find((known) => known !== name && isNear(keyOf(known), key));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function keyOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Pd}_]+/gu, '');
}

/** A key itself, and without each of its letters: of two that lie one letter apart one is the same. */
function tracesOf(key: string): readonly string[] {
  if (key === '') return [];
  if (key.length < SHORTEST || key.length > LONGEST) return [key];
  const without = Array.from({ length: key.length }, (_, at) => key.slice(0, at) + key.slice(at + 1));
  return [...new Set([key, ...without])];
}

/** Whether one slip makes one key of the other: a letter that is missing, another one, or two in the wrong order. */
function isNear(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < shorter && one[begin] === other[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [left, right] = [one.slice(begin, one.length - end), other.slice(begin, other.length - end)];
  if (/\d/.test(left + right)) return false;
  return (left.length <= 1 && right.length <= 1) || (left.length === 2 && right === `${left[1]}${left[0]}`);
}

/** A section of which something is said that no article carries, where nearly the same one is carried. */
export function unknownSection(name: string, meant: string): string {
  return `no article of late carries the section ${JSON.stringify(name)}; did you mean ${JSON.stringify(meant)}?`;
}
