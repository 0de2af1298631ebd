import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** A region of a process that it can write: `7f00-7fff rw-p …`. */
const REGION = /^([0-9a-f]+)-([0-9a-f]+) rw/;
/** Bytes that are read at once, and of which the end is read again with what follows. */
const CHUNK = 16 * 2 ** 20;
const OVERLAP = 4096;

/**
 * Finds secrets in the memory of a running process, which a core of it would have too. Only what the process can write is read: all else comes from files.
 *
 * @param secrets by name, each in all forms in which it could be there
 * @returns the names of the secrets that are there
 */
export function secretsInMemory(pid: number, secrets: ReadonlyMap<string, readonly Buffer[]>): Set<string> {
  const found = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const chunk of chunksOf(pid, memory))
      for (const [name, forms] of secrets) if (forms.some((form) => chunk.includes(form))) found.add(name);
  } finally {
    closeSync(memory);
  }
  return found;
}

function* chunksOf(pid: number, memory: number): Generator<Buffer> {
  const buffer = Buffer.alloc(CHUNK + OVERLAP);
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from, to] = REGION.exec(line) ?? [];
    if (from === undefined || to === undefined) continue;
    const end = BigInt(`0x${to}`);
    for (let at = BigInt(`0x${from}`); at < end; at += BigInt(CHUNK)) {
      const wanted = Number(end - at < BigInt(buffer.length) ? end - at : buffer.length);
      yield buffer.subarray(0, readAt(memory, buffer, wanted, at));
    }
  }
}

/** Reads a part; nothing of a region that is gone or cannot be read. */
function readAt(memory: number, buffer: Buffer, length: number, position: bigint): number {
  try {
    return readSync(memory, buffer, 0, length, position);
  } catch {
    return 0;
  }
}
