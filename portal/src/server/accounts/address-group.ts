import ipaddr from 'ipaddr.js';

/** Number of bits of an IPv6 address that name its network. A host can use every address of its /64 network (RFC 4291, 2.5.1). */
const NETWORK_BITS = 64;
const GROUP_BITS = 16;
const HEXADECIMAL = 16;

/**
 * Returns the name under which a sender's requests are counted. An IPv4 address is its own name, even if it is written in its IPv6 form (RFC
 * 4291, 2.5.5.2). The name of an IPv6 address is its /64 network.
 *
 * @param address as the socket or a trusted proxy reports it; a text that is not an address is returned unchanged
 *
 * @example
 * addressGroup('2001:db8:1:2:3:4:5:6'); // '2001:db8:1:2::/64'
 */
export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, NETWORK_BITS / GROUP_BITS).map((part) => part.toString(HEXADECIMAL));
  return `${network.join(':')}::/${NETWORK_BITS}`;
}
