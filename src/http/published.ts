import { z } from 'zod';
import { invisibleIn } from '../core/rule-signs.js';

/** Text that PostgreSQL can give back as it came. */
export const Storable = z
  .string()
  .refine((text) => !text.includes('\u0000') && text.isWellFormed(), 'NUL and unpaired surrogates cannot be kept.');

/** Why something was published, for those who look for it later. */
export const Why = Storable.trim()
  .min(1, 'Say why, for those who look for it later.')
  .max(2_000)
  .refine((why) => invisibleIn(why) === null, 'It holds a character that nobody sees who reads it; leave it out.');

export const RevisionNumber = z.int().positive();

export const RollBackBody = z.strictObject({
  revision: RevisionNumber,
  why: Why,
  expectedRevision: z.exactOptional(RevisionNumber),
});
