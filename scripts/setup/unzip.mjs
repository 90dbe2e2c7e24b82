import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/**
 * One file in a zip archive.
 *
 * @typedef {{ readonly name: string, readonly method: number, readonly packed: number, readonly size: number, readonly at: number }} Entry
 */

const END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

/**
 * Lists a zip archive's files (a Python wheel is one) from its directory, without reading the rest.
 *
 * @see PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. Not read: archives over 4 GB (zip64) and encrypted ones.
 * @param {string} file
 * @returns {Promise<Entry[]>}
 */
export async function listZip(file) {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, 22 + 65_535));
    await handle.read(tail, 0, tail.length, size - tail.length);
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
    if (end < 0) throw new Error(`${file} is not a zip archive, or it is cut off`);

    const count = tail.readUInt16LE(end + 10);
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    const begin = tail.readUInt32LE(end + 16);
    if (count === 0xffff || begin === 0xffffffff)
      throw new Error(`${file} is a zip64 archive, which set-up does not read`);
    await handle.read(directory, 0, directory.length, begin);

    const entries = [];
    for (let at = 0, index = 0; index < count; index++) {
      if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`${file} has a damaged directory`);
      const nameLength = directory.readUInt16LE(at + 28);
      entries.push({
        name: directory.toString('utf8', at + 46, at + 46 + nameLength),
        method: directory.readUInt16LE(at + 10),
        packed: directory.readUInt32LE(at + 20),
        size: directory.readUInt32LE(at + 24),
        at: directory.readUInt32LE(at + 42),
      });
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries.filter((entry) => !entry.name.endsWith('/'));
  } finally {
    await handle.close();
  }
}

/**
 * Writes one file of an archive to disk as a stream.
 *
 * @param {string} file the archive
 * @param {Entry} entry
 * @param {string} target
 * @returns {Promise<string>} sha256 of what was written, in hex
 */
export async function extract(file, entry, target) {
  const begin = await contentBegin(file, entry);
  const hash = createHash('sha256');
  let written = 0;
  const measure = new Transform({
    transform(piece, _encoding, done) {
      written += piece.length;
      hash.update(piece);
      done(null, piece);
    },
  });
  await mkdir(dirname(target), { recursive: true });
  if (entry.packed === 0) {
    await pipeline([], createWriteStream(target));
  } else {
    const packed = createReadStream(file, { start: begin, end: begin + entry.packed - 1, highWaterMark: 1 << 20 });
    if (entry.method === 8) await pipeline(packed, createInflateRaw(), measure, createWriteStream(target));
    else if (entry.method === 0) await pipeline(packed, measure, createWriteStream(target));
    else throw new Error(`${entry.name} is packed by method ${entry.method}, which set-up does not read`);
  }
  if (written !== entry.size) throw new Error(`${entry.name} has ${written} bytes instead of ${entry.size}`);
  return hash.digest('hex');
}

/** Where an entry's bytes begin: its local header repeats the name and may hold other extra fields than the directory. */
async function contentBegin(file, entry) {
  const handle = await open(file);
  try {
    const header = Buffer.alloc(30);
    await handle.read(header, 0, 30, entry.at);
    if (header.readUInt32LE(0) !== LOCAL_ENTRY) throw new Error(`${entry.name} is not where the directory says`);
    return entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await handle.close();
  }
}
