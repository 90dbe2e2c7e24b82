import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { AccessForm } from './access.js';
import { Fault } from './fault.js';
import { type Address, addressOf, placeOf } from './place.js';
import { Queue } from './queue.js';
import type { Desk } from './review/desk.js';
import { DeskContext, useDesk } from './use-desk.js';

// Most moderators never open them, so that the queue does not carry their weight.
const RulesPage = lazy(() => import('./rules/page.js'));
const PolicyPage = lazy(() => import('./policy/page.js'));

export function App({ desk }: { readonly desk: Desk }): ReactNode {
  return (
    <DeskContext value={desk}>
      <Fault>
        <Pages />
      </Fault>
    </DeskContext>
  );
}

/** The page that the address means. Comments are held for this desk only while the queue is open. */
function Pages(): ReactNode {
  const { desk, state } = useDesk();
  const [address, setAddress] = useState(() => placeOf(location.search));
  const show = useCallback(
    (next: Address) => {
      setAddress(next);
      if (next.page === 'queue') desk.goTo(next.place);
      else desk.stepAside();
    },
    [desk],
  );
  const goTo = useCallback(
    (next: Address) => {
      history.pushState(null, '', addressOf(next));
      show(next);
    },
    [show],
  );
  useEffect(() => {
    const back = () => show(placeOf(location.search));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, [show]);

  if (state.access.kind === 'key-needed') return <AccessForm access={state.access} />;
  if (address.page === 'queue') return <Queue goTo={goTo} />;
  return (
    <Suspense fallback={null}>
      {address.page === 'rules' ? (
        <RulesPage address={address} goTo={goTo} />
      ) : (
        <PolicyPage address={address} goTo={goTo} />
      )}
    </Suspense>
  );
}
