import { eld } from 'eld';
import type { Detection } from '../core/language.js';

export type LanguageDetector = (text: string) => Detection;

/** A detector reads so much of a text; the rest changes nothing. */
const MOST_CHARACTERS = 1_000;

/** The package's types leave `load` out of instances; its code and manual have it. */
type Loadable = ReturnType<typeof eld.newInstance> & {
  load(size: 'large' | 'medium' | 'small' | 'extrasmall'): Promise<unknown>;
};

/** Opens the language detector (eld, n-grams of 60 languages); its tables are read once a process. */
export async function openLanguageDetector(): Promise<LanguageDetector> {
  const detector = eld.newInstance() as Loadable;
  await detector.load('small');
  return (text) => {
    const result = detector.detect(text.slice(0, MOST_CHARACTERS));
    return { code: result.language, reliable: result.isReliable(), scores: result.getScores() };
  };
}
