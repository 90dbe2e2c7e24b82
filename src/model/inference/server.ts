import { createServer, type Server } from 'node:net';
import { ArtefactDamaged, NotANumber } from '../errors.js';
import type { Answers, Ask, Failure, ToClient, ToServer } from './protocol.js';
import { frameReader, GREETING, toFrame } from './protocol.js';

/** Answers one request; the signal says when nobody wants the answer any more. */
export type Answerer = (ask: Ask, signal: AbortSignal) => Promise<Answers[keyof Answers]>;

/**
 * Serves requests over a unix socket. Requests of one client run side by side; a client that leaves takes its requests
 * with it.
 *
 * @param clientsChanged is told how many clients there are, whenever one comes or goes.
 */
export function serveInference(answer: Answerer, clientsChanged: (count: number) => void): Server {
  let clients = 0;
  return createServer((socket) => {
    clientsChanged(++clients);
    socket.write(GREETING);
    const running = new Map<number, AbortController>();
    const read = frameReader<ToServer>((message) => {
      if ('cancel' in message) return running.get(message.cancel)?.abort(new Error('cancelled'));
      const controller = new AbortController();
      running.set(message.id, controller);
      void reply(answer, message.id, message.ask, controller.signal).then((frame) => {
        running.delete(message.id);
        if (frame !== null && !socket.destroyed) socket.write(frame);
      });
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        read(bytes);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const controller of running.values()) controller.abort(new Error('the client left'));
      clientsChanged(--clients);
    });
  });
}

async function reply(answer: Answerer, id: number, ask: Ask, signal: AbortSignal): Promise<Buffer | null> {
  let message: ToClient;
  try {
    message = { id, answer: await answer(ask, signal) };
  } catch (error) {
    if (signal.aborted) return null;
    message = { id, failure: failureOf(error) };
  }
  return toFrame(message);
}

function failureOf(error: unknown): Failure {
  if (error instanceof ArtefactDamaged) return { kind: 'artefact-damaged', file: error.file, message: error.message };
  if (error instanceof NotANumber) return { kind: 'not-a-number', message: error.message };
  // The message of an error that nobody foresaw could quote what it was about, so only its name goes out.
  return { kind: 'failed', message: error instanceof Error ? error.name : 'unknown' };
}
