import {
  CardwrightError,
  PRODUCT_VERSION,
  PROTOCOL_RANGE,
  asCardwrightError,
  deviceListing,
  hostInitialized,
  initializeAtHost,
  validate,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { browser } from '../browser.js';
import type { HostReport } from '../own-request.js';
import { HostPort } from './host-port.js';
import { logDefect } from './log.js';

const TIMEOUT_MS = 8_000;

/** Starts a host for a moment, for the extension's own menu, and reports how far it gets. No site is involved. */
export async function checkHost(): Promise<HostReport> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const host = HostPort.open({
    answer: () => Promise.reject(new CardwrightError('METHOD_NOT_FOUND')),
  });
  const overtime = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new CardwrightError('TIMEOUT')), { once: true });
  });
  let version: string | null = null;
  try {
    const params = validate(initializeAtHost, {
      protocol: PROTOCOL_RANGE,
      sdk: PRODUCT_VERSION,
      extension: PRODUCT_VERSION,
      // The host asks for an origin. This one cannot belong to anyone (RFC 2606).
      origin: `https://${browser.runtime.id}.invalid`,
      cms: null,
    });
    const initialized = await Promise.race([host.request('initialize', params, { signal }), overtime]);
    version = readAnswer(hostInitialized, initialized).host;
    const listed = await Promise.race([host.request('device.list', {}, { signal }), overtime]);
    const { readers } = readAnswer(deviceListing, listed);
    return { problem: readers.length === 0 ? new CardwrightError('NO_READER').toWire() : null, version, readers };
  } catch (thrown) {
    return { problem: asCardwrightError(thrown, logDefect).toWire(), version, readers: [] };
  } finally {
    host.close();
  }
}

/** @throws CardwrightError `HOST_ANSWER_INVALID` */
function readAnswer<S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, answer);
  if (!parsed.success) throw new CardwrightError('HOST_ANSWER_INVALID');
  return parsed.output;
}
