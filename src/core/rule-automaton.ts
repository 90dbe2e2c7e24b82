import type { Element, Sequence } from './rule-phrases.js';
import { stemOf, type Token } from './rule-tokens.js';

type Words = Extract<Element, { kind: 'words' }>;

/** A place inside a phrase: what is still to come of a sequence, and what comes behind that. */
type Point = {
  readonly sequence: Sequence;
  readonly index: number;
  /** Words of a gap that were skipped already. */
  readonly skipped: number;
  /** Where it goes on behind the sequence; null at the end of the phrase. */
  readonly then: Point | null;
  readonly phrase: number;
  /** By index and skipped words, those behind this one in the same sequence; one object for each, so that they can be told apart. */
  readonly siblings: Map<number, Point>;
  /** Begun from here, by sequence. */
  readonly inner: Map<Sequence, Point>;
  reach: Reach | null;
};

/** One word that a phrase may go on with; null for any word. */
type Step = { readonly id: number; readonly element: Words | null; readonly after: Point };
/** What a point may go on with, and whether the phrase may end there. */
type Reach = { readonly steps: readonly Step[]; readonly ends: boolean };

/** All phrases that are under way at one word of a text. */
type State = {
  readonly steps: readonly Step[];
  /** Phrases that end with the word before. */
  readonly ended: readonly number[];
  /** By number of the sign that comes next. */
  readonly next: Map<number, State>;
  lookup: Lookup | null;
};

/** The steps of a state by the words that they wait for, where these are few; the others have to be asked one by one. */
type Lookup = {
  readonly byForm: ReadonlyMap<string, readonly Step[]>;
  readonly byStem: ReadonlyMap<string, readonly Step[]>;
  readonly wide: readonly Step[];
};

/** What phrases can see of a word: tokens of which they see the same are one sign. */
type Sign = {
  readonly id: number;
  readonly forms: readonly string[];
  readonly joined: string | null;
  readonly isPassed: boolean;
};

/** An element with more ways than these is asked, rather than filed under each of them. */
const FEW_WAYS = 8;

/**
 * Finds where phrases may end, with one look-up a word however many phrases there are: which of them are under way is worked
 * out once for every turn that a text can take, and remembered (a nondeterministic automaton over words, made deterministic as
 * it is used). It may take a phrase for found that is not, never the other way round; `matchSequence` has the last word.
 */
export class PhraseAutomaton {
  readonly #byForm = new Map<string, Point[]>();
  readonly #byStem = new Map<string, Point[]>();
  readonly #forms = new Set<string>();
  readonly #stems = new Set<string>();
  readonly #taken = new Set<Element>();
  readonly #signs = new Map<string, Sign>();
  /** The words of all texts that read alike share their forms (`tokenise`). */
  #signsByForms = new WeakMap<readonly string[], Sign>();
  readonly #mostRemembered: number;
  #states = new Map<string, State>();
  #idle: State = { steps: [], ended: [], next: new Map(), lookup: null };
  #remembered = 0;
  #steps = 0;

  /** @param mostRemembered so many turns and open steps together; when there are more, all of it is forgotten */
  constructor(mostRemembered: number) {
    this.#mostRemembered = mostRemembered;
  }

  /** How many words phrases may begin with, those of their sets counted each time. */
  get ways(): number {
    return this.#steps;
  }

  add(phrase: number, sequence: Sequence): void {
    // A word that was of no account may be of some now.
    this.#signsByForms = new WeakMap();
    for (const element of sequence) this.#takeIn(element);
    const beginning = newPoint(sequence, 0, 0, null, phrase);
    for (const { element, after } of this.#reach(beginning).steps) {
      for (const form of element?.forms ?? []) file(this.#byForm, form, after);
      for (const stem of element?.stems ?? []) file(this.#byStem, stem, after);
    }
  }

  /** Calls `ended` for every phrase that may end with a word, in order of the text. */
  run(tokens: readonly Token[], ended: (phrase: number, lastToken: number) => void): void {
    let state = this.#idle;
    for (const [at, token] of tokens.entries()) {
      const before = tokens[at - 1];
      // A word that a hyphen joins to the next one counts as one with it, wherever a stretch ends.
      if (before !== undefined && before.stretch !== token.stretch && before.joined === null) state = this.#idle;
      const sign = this.#signOf(token);
      let next = state.next.get(sign.id);
      if (next === undefined) {
        next = this.#advance(state, sign);
        state.next.set(sign.id, next);
      }
      state = next;
      for (const phrase of state.ended) ended(phrase, at);
    }
  }

  #takeIn(element: Element): void {
    if (element.kind !== 'words' || this.#taken.has(element)) return;
    this.#taken.add(element);
    for (const form of element.forms) this.#forms.add(form);
    for (const stem of element.stems) this.#stems.add(stem);
    for (const inner of element.longer.flat()) this.#takeIn(inner);
  }

  #signOf(token: Token): Sign {
    if (token.joined !== null || token.decoration > 0) return this.#look(token);
    let sign = this.#signsByForms.get(token.forms);
    if (sign === undefined) {
      sign = this.#look(token);
      this.#signsByForms.set(token.forms, sign);
    }
    return sign;
  }

  #look({ forms, joined, decoration }: Token): Sign {
    const isSeen = (form: string) => this.#forms.has(form) || (this.#stems.size > 0 && this.#stems.has(stemOf(form)));
    const seen = forms.filter(isSeen);
    const seenJoined = joined !== null && isSeen(joined) ? joined : null;
    const isPassed = decoration > 0;
    const name = `${seen.join(' ')}-${seenJoined ?? ''}${isPassed ? '-' : ''}`;
    let sign = this.#signs.get(name);
    if (sign === undefined) {
      sign = { id: this.#signs.size, forms: seen, joined: seenJoined, isPassed };
      this.#signs.set(name, sign);
    }
    return sign;
  }

  #advance(state: State, { forms, joined, isPassed }: Sign): State {
    // What is passed over leaves under way what was.
    const steps = new Map<number, Step>(isPassed ? state.steps.map((step) => [step.id, step]) : []);
    const ended = new Set<number>();
    const arrive = (point: Point) => {
      const reach = this.#reach(point);
      for (const step of reach.steps) steps.set(step.id, step);
      if (reach.ends) ended.add(point.phrase);
    };
    const read = (form: string, take: (point: Point) => void) => {
      const stem = this.#stems.size > 0 ? stemOf(form) : '';
      this.#byForm.get(form)?.forEach(take);
      this.#byStem.get(stem)?.forEach(take);
      state.lookup ??= lookupOf(state.steps);
      for (const { after } of state.lookup.byForm.get(form) ?? []) take(after);
      for (const { after } of state.lookup.byStem.get(stem) ?? []) take(after);
      for (const { element, after } of state.lookup.wide) {
        if (element !== null && (element.forms.has(form) || element.stems.has(stem))) take(after);
      }
    };
    for (const form of forms) read(form, arrive);
    // The joined word takes up this word and the next one.
    if (joined !== null) read(joined, (point) => arrive(innerOf(point, ANY_WORD)));
    for (const { element, after } of state.steps) if (element === null) arrive(after);
    return this.#remember(
      [...steps.values()].sort((a, b) => a.id - b.id),
      [...ended],
    );
  }

  #remember(steps: readonly Step[], ended: readonly number[]): State {
    if (steps.length === 0 && ended.length === 0) return this.#idle;
    const name = `${steps.map(({ id }) => id).join(' ')}/${ended.join(' ')}`;
    const known = this.#states.get(name);
    if (known !== undefined) {
      // Besides the state it leads to, a turn is something to remember too.
      this.#remembered += 1;
      return known;
    }
    this.#remembered += 2 + steps.length + ended.length;
    if (this.#remembered > this.#mostRemembered) this.#forget();
    const state: State = { steps, ended, next: new Map(), lookup: null };
    this.#states.set(name, state);
    return state;
  }

  #forget(): void {
    this.#states = new Map();
    this.#idle = { steps: [], ended: [], next: new Map(), lookup: null };
    this.#remembered = 0;
  }

  /** What a point may go on with, optional words left out or not. */
  #reach(point: Point): Reach {
    if (point.reach !== null) return point.reach;
    const steps: Step[] = [];
    let ends = false;
    const join = (other: Point) => {
      const reach = this.#reach(other);
      steps.push(...reach.steps);
      ends ||= reach.ends;
    };
    const { sequence, index, skipped, then } = point;
    const element = sequence[index];
    if (element === undefined) {
      if (then === null) ends = true;
      else join(then);
    } else if (element.kind === 'gap') {
      if (skipped >= element.least) join(sibling(point, index + 1, 0));
      if (skipped < element.most) steps.push(this.#step(null, sibling(point, index, skipped + 1)));
    } else {
      const after = sibling(point, index + 1, 0);
      if (element.forms.size > 0 || element.stems.size > 0) steps.push(this.#step(element, after));
      for (const longer of element.longer) join(innerOf(after, longer));
      if (element.optional) join(after);
    }
    point.reach = { steps, ends };
    return point.reach;
  }

  #step(element: Words | null, after: Point): Step {
    this.#steps += 1;
    return { id: this.#steps, element, after };
  }
}

const ANY_WORD: Sequence = [{ kind: 'gap', least: 1, most: 1 }];

function newPoint(sequence: Sequence, index: number, skipped: number, then: Point | null, phrase: number): Point {
  return { sequence, index, skipped, then, phrase, siblings: new Map(), inner: new Map(), reach: null };
}

/** Another point of the same sequence. */
function sibling(point: Point, index: number, skipped: number): Point {
  const place = index * 64 + skipped;
  let other = point.siblings.get(place);
  if (other === undefined) {
    other = { ...newPoint(point.sequence, index, skipped, point.then, point.phrase), siblings: point.siblings };
    point.siblings.set(place, other);
  }
  return other;
}

/** The beginning of a sequence behind which it goes on at `then`. */
function innerOf(then: Point, sequence: Sequence): Point {
  let inner = then.inner.get(sequence);
  if (inner === undefined) {
    inner = newPoint(sequence, 0, 0, then, then.phrase);
    then.inner.set(sequence, inner);
  }
  return inner;
}

function lookupOf(steps: readonly Step[]): Lookup {
  const byForm = new Map<string, Step[]>();
  const byStem = new Map<string, Step[]>();
  const wide: Step[] = [];
  for (const step of steps) {
    if (step.element === null) continue;
    if (step.element.forms.size + step.element.stems.size > FEW_WAYS) {
      wide.push(step);
      continue;
    }
    for (const form of step.element.forms) file(byForm, form, step);
    for (const stem of step.element.stems) file(byStem, stem, step);
  }
  return { byForm, byStem, wide };
}

function file<T>(index: Map<string, T[]>, key: string, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}
