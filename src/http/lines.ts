/**
 * Splits a stream of bytes into lines without ever holding more than `most` bytes of one: what is longer is cut off, and its
 * whole size reported. Empty lines are left out but counted.
 */
export async function* readLines(
  input: AsyncIterable<Buffer>,
  most: number,
): AsyncGenerator<{ readonly number: number; readonly bytes: Buffer; readonly size: number }> {
  let parts: Buffer[] = [];
  let held = 0;
  let size = 0;
  let number = 0;

  const take = (part: Buffer) => {
    size += part.length;
    const room = Math.max(0, most - held);
    if (room > 0 && part.length > 0) {
      const kept = part.subarray(0, room);
      parts.push(kept);
      held += kept.length;
    }
  };
  const end = () => {
    const line = { number, bytes: Buffer.concat(parts), size };
    parts = [];
    held = 0;
    size = 0;
    return line;
  };

  for await (const chunk of input) {
    let begin = 0;
    for (let newline = chunk.indexOf(10); newline !== -1; newline = chunk.indexOf(10, begin)) {
      take(chunk.subarray(begin, newline));
      begin = newline + 1;
      number += 1;
      const line = end();
      if (!isBlank(line.bytes)) yield line;
    }
    take(chunk.subarray(begin));
  }
  number += 1;
  const last = end();
  if (!isBlank(last.bytes)) yield last;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
