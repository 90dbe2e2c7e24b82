import { Component, type ReactNode } from 'react';
import { words } from './strings.js';

type Props = { readonly children: ReactNode };

/** Stands in for a page that broke, so that nobody sits before an empty one. What was decided is safe by then. */
export class Fault extends Component<Props, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="access">
        <div className="blank">
          <h1>{words.fault.title}</h1>
          <p>{words.fault.body}</p>
          <button type="button" className="button" onClick={() => location.reload()}>
            {words.fault.reload}
          </button>
        </div>
      </main>
    );
  }
}
