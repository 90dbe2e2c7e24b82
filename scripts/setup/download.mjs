import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Fetches a file, going on where an earlier attempt stopped.
 *
 * @param {string} url http or https
 * @param {string} target the file; unfinished, it is called `target.part`
 * @param {{ firstByteMs: number, silenceMs: number, begun?: () => void }} options
 *   how long the host may take to answer, and how long it may fall silent afterwards; `begun` is called when it answers
 * @throws {Error} with one line as message
 */
export async function download(url, target, { firstByteMs, silenceMs, begun = () => {} }) {
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  const part = `${target}.part`;
  const have = existsSync(part) ? statSync(part).size : 0;
  const response = await answer(url, { firstByteMs, headers: have > 0 ? { range: `bytes=${have}-` } : {} });

  const resumes = response.statusCode === 206;
  if (!resumes && response.statusCode !== 200) {
    response.destroy();
    // What is there may be more than the host has; the next attempt begins anew.
    if (response.statusCode === 416) rmSync(part, { force: true });
    throw new Error(`${new URL(url).host} answered ${response.statusCode} for ${url}`);
  }
  begun();
  response.setTimeout(silenceMs, () =>
    response.destroy(new Error(`${new URL(url).host} fell silent for ${silenceMs / 1000} s`)),
  );
  await pipeline(response, createWriteStream(part, { flags: resumes ? 'a' : 'w' }));
  renameSync(part, target);
}

/** Sends the request and waits for the head of the answer. */
function answer(url, { firstByteMs, headers }) {
  const { host, protocol } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = (protocol === 'http:' ? http : https).get(url, { headers });
    const late = setTimeout(
      () => request.destroy(new Error(`${host} did not answer within ${firstByteMs / 1000} s`)),
      firstByteMs,
    );
    request.on('response', (response) => {
      clearTimeout(late);
      resolve(response);
    });
    request.on('error', (error) => {
      clearTimeout(late);
      reject(error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' ? new Error(`${host} cannot be found`) : error);
    });
  });
}
