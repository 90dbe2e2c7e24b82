/** What a person chose for this browser. */
export type Settings = {
  /** Slurs and curses are covered until asked for. */
  readonly maskWords: boolean;
  readonly singleKeys: boolean;
};

const NAME = 'premod.settings';
const UNCHANGED: Settings = { maskWords: true, singleKeys: true };

export function readSettings(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(NAME) ?? '{}') as Partial<Record<keyof Settings, unknown>>;
    return { maskWords: stored.maskWords !== false, singleKeys: stored.singleKeys !== false };
  } catch {
    return UNCHANGED;
  }
}

export function writeSettings(settings: Settings): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(settings));
  } catch {
    // A browser that stores nothing forgets them with the page.
  }
}
