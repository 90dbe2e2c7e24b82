import { type CSSProperties, type KeyboardEvent, memo, type ReactNode, useEffect, useRef } from 'react';
import { type Fault, isNote, type Warning } from './shapes.js';

/** A line that something is said of. */
export type LineMark = { readonly line: number; readonly kind: 'fault' | 'warning' | 'here' };

const INDENT = '  ';

/**
 * A text field for YAML with its lines numbered and marked. Behind the field the same text is laid out once more, unseen, a block
 * for each line: it makes the field as high as its text, so that the pane scrolls, and holds numbers and marks where long lines
 * wrap. Enter keeps the indentation; Tab leaves, as in every field.
 *
 * @param reveal a line, from 1, to bring into view whenever it changes.
 */
export function YamlEditor({
  id,
  label,
  value,
  write,
  marks,
  reveal,
  describedBy,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Null where it can only be read. */
  readonly write: ((value: string) => void) | null;
  readonly marks: readonly LineMark[];
  readonly reveal: number | null;
  readonly describedBy: string;
}): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = value.split('\n');
  // Where several things are said of a line, the last one counts, as the gravest comes last.
  const kinds = new Map(marks.map(({ line, kind }) => [line, kind]));
  useEffect(() => {
    if (reveal !== null) revealLine(field.current, reveal);
  }, [reveal]);
  return (
    <div className="code" style={{ '--digits': `${String(lines.length).length}ch` } as CSSProperties}>
      <div className="laid-out" aria-hidden="true">
        {lines.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number.
          <Line key={index} number={index + 1} text={text} kind={kinds.get(index + 1) ?? null} />
        ))}
      </div>
      <textarea
        ref={field}
        id={id}
        className="text"
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={marks.some(({ kind }) => kind === 'fault')}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        readOnly={write === null}
        value={value}
        onChange={(event) => write?.(event.currentTarget.value)}
        onKeyDown={(event) => write !== null && onKey(event)}
      />
    </div>
  );
}

/** Remembered, so that a list of thousands of lines does not begin anew with every letter typed. */
const Line = memo(function Line(props: {
  readonly number: number;
  readonly text: string;
  readonly kind: LineMark['kind'] | null;
}) {
  return (
    <div className={`code-line ${props.kind === null ? '' : `line-mark is-${props.kind}`}`}>
      <span className="line-number">{props.number}</span>
      <span className="line-text">{props.text}</span>
    </div>
  );
});

/** Puts the caret at the beginning of a line, from 1, and brings it into view. */
export function goToLine(id: string, line: number): void {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLTextAreaElement)) return;
  const begin =
    field.value
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  field.focus({ preventScroll: true });
  field.setSelectionRange(begin, begin);
  revealLine(field, line);
}

function revealLine(field: HTMLTextAreaElement | null, line: number): void {
  const shown = field?.parentElement?.querySelector('.laid-out')?.children[line - 1];
  if (field === null || shown === undefined) return;
  const scrolls = scrollerOf(field);
  if (scrolls === null) return;
  const { top: at, height } = shown.getBoundingClientRect();
  const top = at - scrolls.getBoundingClientRect().top;
  const from = scrolls === document.scrollingElement ? scrolls.scrollTop : 0;
  const inView = top - from > height && top - from < scrolls.clientHeight - 3 * height;
  if (!inView) scrolls.scrollTop += top - scrolls.clientHeight / 3;
}

/** What scrolls a field into view: its pane, all panes, or the page, as wide as the window is. */
function scrollerOf(field: HTMLElement): Element | null {
  for (let around = field.parentElement; around !== null; around = around.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(around).overflowY);
    if (scrolls && around.scrollHeight > around.clientHeight) return around;
  }
  return document.scrollingElement;
}

function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.nativeEvent.isComposing || event.altKey) return;
  const field = event.currentTarget;
  const { value, selectionStart, selectionEnd } = field;
  const lineBegin = value.lastIndexOf('\n', selectionStart - 1) + 1;
  if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const before = value.slice(lineBegin, selectionStart);
    const indent = /^ *(?:- +)*/.exec(before)?.[0].replaceAll('-', ' ') ?? '';
    event.preventDefault();
    type(`\n${indent}${/:\s*$/.test(before) ? INDENT : ''}`);
  } else if ((event.ctrlKey || event.metaKey) && (event.key === ']' || event.key === '[')) {
    event.preventDefault();
    const lines = value.slice(lineBegin, selectionEnd).split('\n');
    const moved = lines.map((line) => (event.key === ']' ? INDENT + line : line.replace(/^ {1,2}/, ''))).join('\n');
    field.setSelectionRange(lineBegin, selectionEnd);
    type(moved);
    field.setSelectionRange(lineBegin, lineBegin + moved.length);
  }
}

/** As if typed, so that the browser's own undo knows of it. */
function type(text: string): void {
  document.execCommand('insertText', false, text);
}

/** Where the lines of a check are, the selected rule's first. */
export function marksOf(
  faults: readonly Fault[],
  warnings: readonly Warning[],
  here: number | null,
): readonly LineMark[] {
  const lines = (found: readonly { readonly line?: number }[]) => [
    ...new Set(found.flatMap(({ line }) => (line === undefined ? [] : [line]))),
  ];
  return [
    ...(here === null ? [] : [{ line: here, kind: 'here' as const }]),
    ...lines(warnings.filter((warning) => !isNote(warning))).map((line) => ({ line, kind: 'warning' as const })),
    ...lines(faults).map((line) => ({ line, kind: 'fault' as const })),
  ];
}
