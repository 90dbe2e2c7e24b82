import type { ReactNode, SelectHTMLAttributes } from 'react';
import { IconGlyph } from './glyphs.js';

/** A field for choosing one of a few values, with the sign that it opens. */
export function Pick({ children, ...select }: SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    <span className="pick">
      <select {...select} className="input">
        {children}
      </select>
      <IconGlyph icon="down" size={14} />
    </span>
  );
}
