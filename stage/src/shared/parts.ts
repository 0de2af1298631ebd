import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { filesLeftIn, processesLeftOf, stageMark } from '../left-behind.js';
import { type PortalOptions, startPortal } from '../portal-process.js';
import { startPrivatePcscd } from '../private-pcscd.js';
import { initialise, startPostgres } from '../private-postgres.js';
import { onProcessEnd } from '../process-end.js';
import { EXTENSION_DIR } from '../stage-folders.js';
import { chromiumPlace, startSharedChromium } from './chromium.js';
import { addAccounts, createDatabase, keepForReset, type NewAccount } from './portal-database.js';

/**
 * Number of readers of a worker's computer. The tests put each card into another reader than the previous card, so that no test waits until pcscd has
 * noticed a removal. OpenSC supports at most four readers.
 */
const READERS = 4;
const PORTAL_DATABASE = 'portal';

/**
 * Schemas of what another process must know to use each part of the test environment, such as addresses and folders. These data are called
 * the place of the part.
 */
export const PLACES = {
  /** An initialised PostgreSQL cluster without a server. All workers share one cluster. */
  emptyCluster: v.strictObject({ folder: v.string(), password: v.string() }),
  /** A PostgreSQL server, by the address of its first database. */
  postgres: v.strictObject({ url: v.string() }),
  /** A Chromium without the extension. */
  pages: chromiumPlace,
  /** Readers, a Chromium with the extension, and a portal on a PostgreSQL database that can be reset. */
  computer: v.strictObject({
    folder: v.string(),
    socket: v.string(),
    readers: v.array(v.strictObject({ name: v.string(), port: v.number() })),
    browser: chromiumPlace,
    portal: v.strictObject({ url: v.string(), dataFolder: v.string(), database: v.string() }),
  }),
} as const;

export type PartName = keyof typeof PLACES;
export type PlaceOf<N extends PartName> = v.InferOutput<(typeof PLACES)[N]>;

/** Options for the portal of a worker's computer, as the worker sends them over the keeper's socket. */
const portalOptions = v.optional(
  v.strictObject({
    env: v.exactOptional(v.record(v.string(), v.string())),
    policies: v.exactOptional(v.record(v.string(), v.unknown())),
    vendorCertificates: v.exactOptional(v.array(v.string())),
    mobile: v.exactOptional(v.record(v.string(), v.unknown())),
  }),
  {},
);

/** Parts that all workers share. */
export const ONE_FOR_ALL: ReadonlySet<PartName> = new Set<PartName>(['emptyCluster']);

/** Ends one process of a part by `stop`, and may measure what it has cost. `name` says what ends, such as 'portal'. */
export type Ending = (name: string, stop: () => Promise<void>) => Promise<void>;

export interface RunningPart<N extends PartName = PartName> {
  readonly place: PlaceOf<N>;
  /** @returns descriptions of the processes that did not end and of the files that were left behind */
  stop(end: Ending): Promise<string[]>;
}

/** Returns the place of another part of the same worker. */
export type Need = <N extends PartName>(name: N) => Promise<PlaceOf<N>>;

/** Functions that start the parts. `options` come with the first request for the part. */
export const PARTS: { readonly [N in PartName]: (need: Need, options: unknown) => Promise<RunningPart<N>> } = {
  emptyCluster: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-cluster-'));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    const forget = onProcessEnd(remove);
    return {
      place: await initialise(folder),
      stop: () => {
        remove();
        forget();
        return Promise.resolve([]);
      },
    };
  },
  postgres: async (need) => {
    const server = await startPostgres(await need('emptyCluster'));
    return { place: { url: server.url }, stop: (end) => end('PostgreSQL', () => server.stop()).then(nothing) };
  },
  pages: async () => {
    const chromium = await startSharedChromium([], process.env);
    return { place: chromium.place, stop: (end) => end('browser for pages', () => chromium.stop()).then(nothing) };
  },
  computer: async (need, options) => openComputer((await need('postgres')).url, v.parse(portalOptions, options)),
};

const nothing = (): string[] => [];

/** Ends a process without measuring it. */
export const unmeasured: Ending = (_name, stop) => stop();

async function openComputer(cluster: string, portalOptions: PortalOptions): Promise<RunningPart<'computer'>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-computer-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const forget = onProcessEnd(removeFolder);
  const temporary = path.join(folder, 'tmp');
  mkdirSync(temporary);
  const mark = stageMark(folder, temporary);
  const stops: { name: string; stop: () => Promise<void> }[] = [];
  const stop = async (end: Ending): Promise<string[]> => {
    for (const one of stops.splice(0).reverse()) await end(one.name, one.stop);
    const left = [...(await processesLeftOf(folder)), ...filesLeftIn(temporary)];
    removeFolder();
    forget();
    return left;
  };
  try {
    const pcscd = await startPrivatePcscd({ readers: READERS });
    stops.push({ name: 'readers', stop: () => pcscd.stop() });
    const database = await createDatabase(cluster, PORTAL_DATABASE);
    const portal = await startPortal({
      ...portalOptions,
      env: { ...mark, ...portalOptions.env, DATABASE_URL: database },
    });
    stops.push({ name: 'portal', stop: () => portal.stop() });
    const accounts = portalOptions.env?.CARDWRIGHT_DEMO_ACCOUNTS;
    if (accounts !== undefined) await addAccounts(database, JSON.parse(accounts) as NewAccount[]);
    await keepForReset(database);
    const browser = await startSharedChromium([EXTENSION_DIR], { ...pcscd.env, ...mark });
    stops.push({ name: 'browser with the extension', stop: () => browser.stop() });
    const { socket, readers } = pcscd;
    return {
      place: {
        folder,
        socket,
        readers: [...readers],
        browser: browser.place,
        portal: { url: portal.url, dataFolder: portal.dataFolder, database },
      },
      stop,
    };
  } catch (error) {
    await stop(unmeasured);
    throw error;
  }
}
