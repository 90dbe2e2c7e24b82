import type { Manifest } from '../model/manifest.js';
import type { Split } from './prepare.js';
import type { Row } from './rows.js';

/** The rows that an artefact may be measured on. */
export type Unseen = {
  readonly rows: readonly Row[];
  /** Rows, labels and normaliser are those that the artefact was made with. */
  readonly sameData: boolean;
  /** None of these rows can have been trained on. */
  readonly sure: boolean;
  /** Rows that were left out because the artefact may have been trained on them. */
  readonly leftOut: number;
  /** What a reader of the figures must know, in whole sentences. */
  readonly doubts: readonly string[];
};

/**
 * Which validation rows of a recipe the artefact did not learn from.
 *
 * The recipe says which rows are kept for measuring. Where it has changed since, and other rows are kept than then, nobody can
 * tell what the others were; where other rows are kept by the same recipe, it is because they were read or written since.
 * A reading can move a row from training to validation, so one that was read since the artefact was made may have been trained on;
 * frames and debates keep their side, and so do a set's own validation rows since artefacts say what they went on from.
 *
 * @throws Error where the artefact was made by another recipe, whose sides are unknown here.
 */
export function unseenRows(
  manifest: Omit<Manifest, 'files'>,
  recipe: NonNullable<Manifest['recipe']>,
  split: Split,
): Unseen {
  const made = manifest.recipe;
  if (made !== undefined && made.name !== recipe.name) {
    throw new Error(
      `${manifest.name} was made by the recipe ${made.name} (${made.file}); ${recipe.name} would measure it on rows that it may know`,
    );
  }
  const rows = split.validation;
  const before =
    manifest.from === undefined
      ? []
      : ['Its weights went on from other runs; that these read none of the rows is for its recipe to see to.'];
  if (manifest.dataHash === split.dataHash) return { rows, sameData: true, sure: true, leftOut: 0, doubts: before };
  if (manifest.splits === undefined) {
    const doubts = [
      'Rows, labels or the normaliser have changed since it was made, and it does not say which rows it was trained on: some of those it is measured on here may be among them.',
    ];
    return { rows, sameData: false, sure: false, leftOut: 0, doubts: [...doubts, ...before] };
  }
  const known = manifest.splits;
  const changed = Object.keys(split.splits).filter((set) => known[set] !== split.splits[set]);
  const kept = rows.filter((row) => !(row.moved && changed.includes(row.set)));
  const leftOut = rows.length - kept.length;
  const sure = changed.length === 0 || made?.sha256 === recipe.sha256;
  const said = ['Rows, labels or the normaliser have changed since it was made.'];
  if (leftOut > 0) {
    said.push(
      `${leftOut} rows of ${changed.join(', ')} that were read are left out, because it may have been trained on them.`,
    );
  } else if (sure) {
    said.push('None of the rows that it is measured on here was among those it was trained on.');
  }
  if (!sure) {
    said.push(
      `It does not say that it was made by the recipe as it is now, and other rows of ${changed.join(', ')} are kept for measuring: some of those it was trained on may be among them.`,
    );
  }
  return { rows: kept, sameData: false, sure, leftOut, doubts: [said.join(' '), ...before] };
}
