import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { count, score, threshold } from '../format.js';
import { policy } from './words.js';

const HEIGHT = 240;
const TOP = 48;
const BOTTOM = 24;
const SIDE = 44;
/** How far above the plot the name of each threshold stands: in a row of its own, so that neither covers the other. */
const NAME_ROW = { review: 14, reject: 30 } as const;
const LINES = [10, 100, 1_000, 10_000];
/** Nearer to the axis a number would stand on it. */
const LINE_FREE = 16;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const STEP = 0.01;
const LONG_STEP = 0.05;

export type Handle = 'review' | 'reject';

/**
 * How the newest comments scored, in bins, with the thresholds to drag over them. Most comments score next to nothing, so the
 * height is the square root of the number, and says so.
 */
export function ScoreChart({
  name,
  bins,
  review,
  reject,
  move,
}: {
  readonly name: string;
  readonly bins: readonly number[];
  readonly review: number;
  readonly reject: number | null;
  /** Null where the thresholds can only be read. */
  readonly move: ((handle: Handle, to: number) => void) | null;
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const most = Math.max(1, ...bins);
  const x = (value: number) => SIDE + value * Math.max(1, width - SIDE - 16);
  const y = (n: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.sqrt(n / most));
  const valueAt = (event: PointerEvent) => {
    const left = frame.current?.getBoundingClientRect().left ?? 0;
    return rounded((event.clientX - left - SIDE) / Math.max(1, width - SIDE - 16));
  };
  const floor = HEIGHT - BOTTOM;
  const zone = (begin: number) =>
    reject !== null && begin >= reject ? 'rejected' : begin >= review ? 'asked' : 'passed';
  return (
    <div className="chart" ref={frame}>
      {width > 0 && (
        <svg className="plot" width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
          <title>{name}</title>
          {LINES.filter((line) => line <= most && floor - y(line) >= LINE_FREE).map((line) => (
            // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
            <g key={line} aria-hidden="true">
              <line className="grid" x1={SIDE} x2={x(1)} y1={y(line)} y2={y(line)} />
              <text x={SIDE - 8} y={y(line) + 4} textAnchor="end">
                {count(line)}
              </text>
            </g>
          ))}
          {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus. */}
          <g aria-hidden="true">
            {bins.map((n, index) => {
              const begin = index / bins.length;
              const end = (index + 1) / bins.length;
              return (
                n > 0 && (
                  <rect
                    key={begin}
                    className={`bin is-${zone(begin + 0.005)}`}
                    x={x(begin) + 0.5}
                    width={Math.max(1, x(end) - x(begin) - 1)}
                    y={Math.min(y(n), floor - 1)}
                    height={Math.max(1, floor - y(n))}
                  />
                )
              );
            })}
            <line className="axis" x1={SIDE} x2={x(1)} y1={floor} y2={floor} />
            {TICKS.map((tick) => (
              <text key={tick} x={x(tick)} y={HEIGHT - 6} textAnchor="middle">
                {score(tick)}
              </text>
            ))}
          </g>
          <Threshold handle="review" at={review} x={x} floor={floor} move={move} valueAt={valueAt} />
          {reject !== null && (
            <Threshold handle="reject" at={reject} x={x} floor={floor} move={move} valueAt={valueAt} />
          )}
        </svg>
      )}
    </div>
  );
}

function Threshold({
  handle,
  at,
  x,
  floor,
  move,
  valueAt,
}: {
  readonly handle: Handle;
  readonly at: number;
  readonly x: (value: number) => number;
  readonly floor: number;
  readonly move: ((handle: Handle, to: number) => void) | null;
  readonly valueAt: (event: PointerEvent) => number;
}): ReactNode {
  const onKeyDown = (event: KeyboardEvent) => {
    const to = steppedTo(event, at);
    if (to === null) return;
    event.preventDefault();
    move?.(handle, to);
  };
  // The review threshold is named to its left and the reject threshold to its right, where there is room.
  const side = handle === 'reject' && at < 0.8 ? 'start' : at < 0.2 ? 'start' : 'end';
  return (
    <g
      className={`handle is-${handle}`}
      role="slider"
      tabIndex={move === null ? -1 : 0}
      aria-label={policy.handle[handle]}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={at}
      aria-valuetext={threshold(at)}
      aria-disabled={move === null}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move?.(handle, valueAt(event));
      }}
    >
      <rect className="grip" x={x(at) - 12} y={0} width={24} height={floor} />
      <line x1={x(at)} x2={x(at)} y1={TOP - 6} y2={floor} />
      <circle cx={x(at)} cy={TOP - 6} r={5} />
      <text className="strong" x={x(at) + (side === 'start' ? 10 : -10)} y={TOP - NAME_ROW[handle]} textAnchor={side}>
        {policy.handleWord[handle]} {threshold(at)}
      </text>
    </g>
  );
}

function steppedTo(event: KeyboardEvent, at: number): number | null {
  const step = event.shiftKey ? LONG_STEP : STEP;
  switch (event.key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return rounded(at + step);
    case 'ArrowLeft':
    case 'ArrowDown':
      return rounded(at - step);
    case 'PageUp':
      return rounded(at + LONG_STEP);
    case 'PageDown':
      return rounded(at - LONG_STEP);
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return null;
  }
}

/** On a hundredth, in [0, 1]. */
function rounded(value: number): number {
  return Math.min(1, Math.max(0, Math.round(value * 100) / 100));
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
