import { rules } from './words.js';

/** What the service takes (`requireDocumentName`); a test holds both against each other. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** The draft that comes with a newer premod. */
const UPGRADE = 'shipped';

/**
 * Why a new list cannot have this name; null where it can.
 *
 * @param taken the names of the lists that there are.
 */
export function whyNoName(name: string, taken: readonly string[]): string | null {
  if (taken.includes(name)) return rules.newListTaken;
  if (name === UPGRADE) return rules.newListUpgrade;
  if (NAME.test(name)) return null;
  const sign = [...name].find((one) => !/[a-z0-9-]/.test(one));
  if (sign !== undefined) return rules.newListSign(sign);
  return name.startsWith('-') ? rules.newListHyphen : rules.newListNot;
}
