import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventView } from '../../src/core/views.js';
import { createFrameReader, type Frame, watchEvents } from '../../src/web/events.js';

describe('The reader of an event stream', () => {
  const all = (...pieces: string[]): Frame[] => {
    const read = createFrameReader();
    return pieces.flatMap(read);
  };

  it('gives a frame at its empty line, and not before', () => {
    const read = createFrameReader();
    expect(read('id: 7\nevent: queue.left\ndata: {"number":7}\n')).toEqual([]);
    expect(read('\n')).toEqual([{ id: '7', event: 'queue.left', data: '{"number":7}' }]);
  });

  it('joins lines of data and calls a nameless event a message', () => {
    expect(all('data: one\ndata:two\n\n')).toEqual([{ id: null, event: 'message', data: 'one\ntwo' }]);
  });

  it('hears comments and unknown fields, and says nothing', () => {
    expect(all(': ping\n\nretry: 9\nwhatever\n\n')).toEqual([]);
  });

  it('keeps the last id for frames without one', () => {
    expect(all('id: 1\ndata: a\n\ndata: b\n\n').map(({ id }) => id)).toEqual(['1', '1']);
  });

  it.for(['\n', '\r\n', '\r'])('knows the line end %j', (end) => {
    expect(all(`\uFEFFid: 1${end}data: a${end}${end}`, 'data: b\n\n').map(({ data }) => data)).toEqual(['a', 'b']);
  });

  it('reads the same however the stream is cut', () => {
    const stream =
      'event: hello\r\nid: 4\r\ndata: {"number":4}\r\n\r\n: ping\n\nid: 5\rdata: x\rdata: y\r\rid: 6\ndata: z\n\n';
    const whole = all(stream);
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.sort((one, other) => one - other), stream.length];
        const pieces = at.slice(1).map((end, index) => stream.slice(at[index], end));
        expect(all(...pieces)).toEqual(whole);
      }),
    );
  });
});

describe('Following the events', () => {
  const event = (number: number): string =>
    `id: ${number}\nevent: queue.left\ndata: ${JSON.stringify({ number, type: 'queue.left', at: '', itemId: 'i', commentId: 'c', revision: 1 })}\n\n`;
  const hello = (number: number): string =>
    `event: hello\nid: ${number}\ndata: {"number":${number},"overloaded":false}\n\n`;
  /** It has the number of the event before it. */
  const load = (number: number, overloaded: boolean): string =>
    `id: ${number}\nevent: load\ndata: ${JSON.stringify({ number, overloaded })}\n\n`;

  /** Plays one stream after the other, and says after which number each was asked for. */
  async function follow(streams: readonly (readonly string[] | Error)[]) {
    const asked: (number | null)[] = [];
    const heard: number[] = [];
    const opened: boolean[] = [];
    const loads: boolean[] = [];
    const pauses: number[] = [];
    const end = new AbortController();
    await watchEvents(
      {
        async open(after) {
          const stream = streams[asked.length];
          asked.push(after);
          if (stream instanceof Error) throw stream;
          return (async function* () {
            for (const piece of stream ?? []) yield new TextEncoder().encode(piece);
          })();
        },
        onEvent: (seen: EventView) => heard.push(seen.number),
        onOpen: (missed) => opened.push(missed),
        onLoad: (overloaded) => loads.push(overloaded),
        onLost: () => undefined,
        async wait(ms) {
          pauses.push(ms);
          if (asked.length === streams.length) end.abort();
        },
      },
      end.signal,
    );
    return { asked, heard, opened, loads, pauses };
  }

  it('begins at now and goes on behind the last event that was handled', async () => {
    const { asked, heard } = await follow([
      [hello(10), event(11), event(12)],
      [hello(14), event(13), event(14)],
    ]);
    expect(asked).toEqual([null, 12]);
    expect(heard).toEqual([11, 12, 13, 14]);
  });

  it('goes on behind the greeting where nothing happened before the break', async () => {
    expect((await follow([[hello(10)], []])).asked).toEqual([null, 10]);
  });

  it('handles nothing twice', async () => {
    expect(
      (
        await follow([
          [hello(1), event(2)],
          [hello(3), event(2), event(3)],
        ])
      ).heard,
    ).toEqual([2, 3]);
  });

  it('reads a half event again after the break', async () => {
    const { asked, heard } = await follow([
      [hello(1), event(2).slice(0, -2)],
      [hello(2), event(2)],
    ]);
    expect(asked).toEqual([null, 1]);
    expect(heard).toEqual([2]);
  });

  it('says when overload begins and ends, and hears every event around it', async () => {
    const { loads, heard, asked } = await follow([
      [hello(1), event(2), load(2, true), event(3), load(3, false), event(4), load(4, true)],
      [hello(4)],
    ]);
    expect(loads).toEqual([false, true, false, true, false]);
    expect(heard).toEqual([2, 3, 4]);
    expect(asked).toEqual([null, 4]);
  });

  it('waits longer from break to break, and less again when the stream stood', async () => {
    const refused = new Error('refused');
    expect((await follow([refused, refused, refused, [hello(1)], refused])).pauses).toEqual([
      1_000, 2_000, 4_000, 1_000, 2_000,
    ]);
  });

  it('never waits longer than half a minute', async () => {
    const { pauses } = await follow(Array.from({ length: 9 }, () => new Error('refused')));
    expect(Math.max(...pauses)).toBe(30_000);
  });

  it('says so when the service counts anew, and follows the new numbers', async () => {
    const { opened, heard, asked } = await follow([[hello(90), event(91)], [hello(3), event(4)], []]);
    expect(opened).toEqual([false, true]);
    expect(heard).toEqual([91, 4]);
    expect(asked).toEqual([null, 91, 4]);
  });
});
