import type { RevisionDiffView } from './revision-views.js';

/** What differs between two revisions, each given as its parts: what a part says, by the part's name. */
export function diffParts(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): RevisionDiffView {
  return {
    added: [...is].flatMap(([id, text]) => (was.has(id) ? [] : [{ id, after: text }])),
    removed: [...was].flatMap(([id, text]) => (is.has(id) ? [] : [{ id, before: text }])),
    changed: [...was].flatMap(([id, text]) => {
      const now = is.get(id);
      return now === undefined || now === text ? [] : [{ id, before: text, after: now }];
    }),
  };
}
