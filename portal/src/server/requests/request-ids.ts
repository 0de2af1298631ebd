import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { plainAddress } from '../access.js';

/** Header with the id of a request: of an answer, and of a request from a trusted proxy. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Form of an id. It can stand in a line of the log and in a header as it is. */
export const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Makes the id of a request that brings none. */
export const newRequestId = (): string => randomUUID();

/**
 * Returns the function that gives each request its id: that of the header `x-request-id` if a trusted proxy sent the request and the id is well-formed,
 * and otherwise a new one. So nobody else chooses under which id their requests are found.
 *
 * @param trustedProxies addresses and networks in CIDR notation
 */
export function requestIds(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const proxies = new BlockList();
  for (const one of trustedProxies) {
    const [address = '', bits] = one.split('/');
    if (bits === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(bits), familyOf(address));
  }
  const isTrusted = (sender: string | null): boolean => sender !== null && proxies.check(sender, familyOf(sender));
  return ({ socket: { remoteAddress = '' }, headers: { [REQUEST_ID_HEADER]: brought } }) =>
    typeof brought === 'string' && REQUEST_ID.test(brought) && isTrusted(plainAddress(remoteAddress))
      ? brought
      : newRequestId();
}

const familyOf = (address: string): 'ipv6' | 'ipv4' => (isIPv6(address) ? 'ipv6' : 'ipv4');
