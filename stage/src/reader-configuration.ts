import { once } from 'node:events';
import { createServer } from 'node:net';

/** A vpcd reader. A card is a TCP client of the reader's port on 127.0.0.1: connecting is insertion, disconnecting is removal. */
export interface VirtualReader {
  /** The name that PC/SC clients see, such as `Cardwright A 00 01`. */
  readonly name: string;
  readonly port: number;
}

/** Lowest port of the readers. All readers' ports are below the ports that Linux uses for outgoing connections (32768 and higher). */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_700;
const PORT_ATTEMPTS = 100;

/**
 * Finds free ports for pairs of readers, and names the readers. vpcd opens two slots for each configured reader, on neighbouring ports. The ports are
 * random, so that two stages that start at the same time seldom collide.
 *
 * @throws when no free ports are found
 */
export async function freePairs(pairs: number): Promise<VirtualReader[]> {
  const readers: VirtualReader[] = [];
  for (let attempt = 0; readers.length < 2 * pairs; attempt++) {
    if (attempt === PORT_ATTEMPTS) throw new Error('No free TCP ports for the virtual readers.');
    const port = LOWEST_PORT + 2 * Math.floor((Math.random() * (HIGHEST_PORT - LOWEST_PORT)) / 2);
    const taken = readers.some((reader) => reader.port === port);
    if (taken || !(await isFree(port)) || !(await isFree(port + 1))) continue;
    const device = deviceName(readers.length / 2);
    readers.push({ name: `${device} 00 00`, port }, { name: `${device} 00 01`, port: port + 1 });
  }
  return readers;
}

/**
 * Returns the reader.conf(5) text for pairs of readers.
 *
 * @param readers the result of `freePairs`
 * @param driverOf returns the path of the vpcd driver for a pair, counted from 0; no two pairs may have the same file
 */
export function readerConfiguration(readers: readonly VirtualReader[], driverOf: (pair: number) => string): string {
  return readers
    .filter((_, index) => index % 2 === 0)
    .map(({ port }, index) => {
      const channel = `0x${port.toString(16).toUpperCase()}`;
      return [
        `FRIENDLYNAME "${deviceName(index)}"`,
        `DEVICENAME /dev/null:${channel}`,
        `LIBPATH ${driverOf(index)}`,
        `CHANNELID ${channel}`,
        '',
      ].join('\n');
    })
    .join('\n');
}

function deviceName(index: number): string {
  return `Cardwright ${String.fromCharCode('A'.charCodeAt(0) + index)}`;
}

/**
 * True if a port is free on loopback, where the preloaded library makes vpcd listen. A server that listens on all addresses occupies the port too.
 */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
  if (!listening) return false;
  server.close();
  await once(server, 'close');
  return true;
}
