import { AsyncLocalStorage } from 'node:async_hooks';
import type { PersonProof } from '@cardwright/cms/operations';
import ipaddr from 'ipaddr.js';

/** From where, by what way and in which session a request was sent, and its id. */
export interface Access {
  /** Id of the request, which its answer, the log and the audit log have; null if no request is under way. */
  readonly requestId: string | null;
  /** Address as the socket or a trusted proxy reports it, without the zone of a link-local address; null if it is no address. */
  readonly address: string | null;
  /** How the sender proved their identity last; null if nobody is signed in. */
  readonly way: PersonProof['by'] | null;
  /** Public id of the session; null if nobody is signed in. */
  readonly sessionId: string | null;
}

const NO_REQUEST: Access = { requestId: null, address: null, way: null, sessionId: null };

/** A request under way, and what became known about it so far. */
export interface RequestUnderWay {
  access: Access;
}

const requests = new AsyncLocalStorage<RequestUnderWay>();

/**
 * Begins to follow a request.
 *
 * @param address address of the sender, as the socket or a trusted proxy reports it
 */
export const beginRequest = ({ id, address }: { readonly id: string; readonly address: string }): RequestUnderWay => ({
  access: { ...NO_REQUEST, requestId: id, address: plainAddress(address) },
});

/** Does work of a request. All lines of the log and all entries of the audit log that the work makes tell which request it was. */
export const duringRequest = <T>(request: RequestUnderWay, work: () => T): T => requests.run(request, work);

/** Does work that a request only prompted, and that has its own causes. Lines of the log and entries of the audit log then name no request. */
export const outsideRequests = <T>(work: () => T): T => requests.exit(work);

/** Notes the session of the request under way: the one that was found, or the one that was just opened. */
export function noteSession({ id, way }: { readonly id: string; readonly way: Access['way'] }): void {
  const request = requests.getStore();
  if (request) request.access = { ...request.access, way, sessionId: id };
}

/** Returns from where the request under way was sent. All members are null if no request is under way. */
export const currentAccess = (): Access => requests.getStore()?.access ?? NO_REQUEST;

/**
 * Returns an address as the database writes it: IPv4 also where the socket says `::ffff:192.0.2.1`, and no zone. Returns null for a text that is no
 * address, such as a proxy's `unknown`.
 */
export function plainAddress(address: string): string | null {
  const [plain = ''] = address.split('%');
  return ipaddr.isValid(plain) && isWritten(plain) ? ipaddr.process(plain).toString() : null;
}

/** Returns true for an address in its usual form. `ipaddr.js` takes `1` for 0.0.0.1. */
const isWritten = (address: string): boolean => address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address);

const BITS = { 4: 32, 6: 128 };

/**
 * Returns an address or a network in the form that the database compares with, such as `192.0.2.0/24`. Returns null for a text that is neither.
 */
export function networkOf(text: string): string | null {
  const [written = '', bits, ...rest] = text.trim().split('/');
  const address = plainAddress(written);
  if (address === null || rest.length > 0) return null;
  if (bits === undefined) return address;
  const most = address.includes(':') ? BITS[6] : BITS[4];
  // The bits of an IPv4 network are counted otherwise where the network is written as IPv6.
  const isMapped = written.includes(':') !== address.includes(':');
  return !isMapped && /^\d{1,3}$/.test(bits) && Number(bits) <= most ? `${address}/${bits}` : null;
}
