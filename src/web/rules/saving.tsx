import type { ReactNode } from 'react';
import { ago } from '../format.js';
import { inSentence } from '../plain.js';
import { useNow } from '../use-desk.js';
import type { Drafting } from './use-draft.js';
import { shared } from './words.js';

/** Where what was typed is, and who typed last. */
export function SavingLine({ drafting }: { readonly drafting: Drafting }): ReactNode {
  const now = useNow(10_000);
  const { saving, mark } = drafting;
  if (saving === 'saving') return <span className="quiet">{shared.saving.saving}</span>;
  if (saving === 'typed over') return <span>{shared.saving.typedOver}</span>;
  if (saving === 'kept') return <span>{shared.saving.kept}</span>;
  if (saving !== 'same') return <span role="alert">{shared.saving.refused(saving.refused)}</span>;
  if (mark === null) return <span className="quiet">{shared.saving.unchanged}</span>;
  if (mark.origin === 'upgrade') return <span className="quiet">{shared.saving.upgrade}</span>;
  return (
    <span className="quiet">{shared.saving.by(inSentence(mark.author), ago(now - Date.parse(mark.updatedAt)))}</span>
  );
}
