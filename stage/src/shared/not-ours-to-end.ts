import type { PortalProcess } from '../portal-process.js';
import type { PrivatePcscd } from '../private-pcscd.js';
import type { PlaceOf } from './parts.js';

const refuse = (what: string) => (): Promise<never> =>
  Promise.reject(new Error(`Other tests use this ${what} too: open a workplace of your own, and say why.`));

/** Returns the smart card service of a shared computer. `end` and `restart` reject, because others use the service too; `stop` does nothing. */
export function sharedPcscd({ socket, readers }: PlaceOf<'computer'>): PrivatePcscd {
  const env = { ...process.env, PCSCLITE_CSOCK_NAME: socket };
  const refused = refuse('smart card service');
  return { socket, env, readers, pid: undefined, end: refused, restart: refused, stop: () => Promise.resolve() };
}

/** Returns the portal of a shared computer. `kill` and `start` reject, because others use the portal too; `stop` does nothing. */
export function sharedPortal({ url, dataFolder }: PlaceOf<'computer'>['portal']): PortalProcess {
  const refused = refuse('portal');
  return { url, dataFolder, pid: undefined, kill: refused, start: refused, stop: () => Promise.resolve() };
}
