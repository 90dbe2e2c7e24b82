/** Ids of a stream that has no end: the newest are remembered, at least `atLeast` of them and never more than twice as many. */
export class RecentIds {
  readonly #atLeast: number;
  #newer = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  constructor(atLeast: number) {
    this.#atLeast = atLeast;
  }

  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  /** @returns false where the id is among those remembered. */
  add(id: string): boolean {
    if (this.#newer.has(id) || this.#older.has(id)) return false;
    if (this.#newer.size >= this.#atLeast) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(id);
    return true;
  }
}
