import * as v from 'valibot';
import type { Installable } from './errors/definition.js';

/** An https address without user name or password. */
export const httpsAddress = v.pipe(v.string(), v.maxLength(500), v.check(isHttps, 'an https address'));
const line = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));

/** An organisation's contacts and downloads for its users. All web addresses are https, so that no address can run a script. */
export const helpDesk = v.object({
  /** Name that users read, for example "IT Service Desk". */
  name: v.exactOptional(line),
  phone: v.exactOptional(v.pipe(line, v.regex(/^\+?\d[\d ()/.-]*$/))),
  email: v.exactOptional(v.pipe(line, v.regex(/^[\w.+-]+@[\w-]+(\.[\w-]+)*$/))),
  url: v.exactOptional(httpsAddress),
  /** Address of the extension's page in its store. `windows`, `macos` and `linux` are the addresses of the host's installers. */
  extension: v.exactOptional(httpsAddress),
  windows: v.exactOptional(httpsAddress),
  macos: v.exactOptional(httpsAddress),
  linux: v.exactOptional(httpsAddress),
});
export type HelpDesk = v.InferOutput<typeof helpDesk>;

/** A link whose address is safe: https, mailto or tel. */
export interface Link {
  readonly label: string;
  readonly href: string;
}

/**
 * Reads a help desk that another party sent. Invalid and unknown members are left out; a value that is no object becomes an empty help desk.
 *
 * @example
 * readHelpDesk({ name: 'IT Service Desk', url: 'javascript:alert(1)' }); // { name: 'IT Service Desk' }
 */
export function readHelpDesk(value: unknown): HelpDesk {
  if (typeof value !== 'object' || value === null) return {};
  const given = new Map<string, unknown>(Object.entries(value));
  const valid = Object.entries(helpDesk.entries).flatMap(([name, schema]): [string, unknown][] => {
    const parsed = v.safeParse(schema, given.get(name));
    return parsed.success ? [[name, parsed.output]] : [];
  });
  return v.parse(helpDesk, Object.fromEntries(valid));
}

/**
 * Merges the help desks of a portal and of the user's administrator. If the administrator names a contact, the portal's contact is left out as a
 * whole. Each download address is the administrator's or, if the administrator has not set this address, the portal's.
 *
 * @example
 * mergeHelpDesks({ phone: '+1 555 0100' }, { email: 'it@example.com' }); // { email: 'it@example.com' }
 */
export function mergeHelpDesks(portal: HelpDesk, administrator: HelpDesk): HelpDesk {
  const { extension, windows, macos, linux } = portal;
  const downloads = { extension, windows, macos, linux };
  const hasContact = CONTACT.some((member) => administrator[member] !== undefined);
  return readHelpDesk({ ...(hasContact ? downloads : portal), ...administrator });
}

/** Members that name the contact. */
const CONTACT = ['name', 'phone', 'email', 'url'] as const;

/**
 * Makes the links to a help desk's contact: phone, email and web page.
 *
 * @example
 * contactLinks({ email: 'it@example.com' }); // [{ label: 'it@example.com', href: 'mailto:it@example.com' }]
 */
export const contactLinks = ({ phone, email, url }: HelpDesk): readonly Link[] => [
  ...(phone === undefined ? [] : [{ label: phone, href: `tel:${phone.replaceAll(/[^\d+]/g, '')}` }]),
  ...(email === undefined ? [] : [{ label: email, href: `mailto:${email}` }]),
  ...(url === undefined ? [] : [{ label: new URL(url).host, href: url }]),
];

/**
 * Returns the download address of a part that has to be installed; undefined if the help desk has no address for it, or no address for this
 * platform.
 *
 * @param platform platform of the browser, from `navigator.userAgentData.platform` or `navigator.platform`
 * @example
 * downloadAddress('host', { windows: 'https://example.com/host.msi' }, 'Windows'); // 'https://example.com/host.msi'
 */
export function downloadAddress(what: Installable, desk: HelpDesk, platform: string): string | undefined {
  if (what === 'extension') return desk.extension;
  if (/^win/i.test(platform)) return desk.windows;
  return /^mac/i.test(platform) ? desk.macos : /linux/i.test(platform) ? desk.linux : undefined;
}

/**
 * Returns the address of the entry for an error code in a troubleshooting page.
 *
 * @param base address of that page; may be relative to `page`
 * @param page address of the page that links to it
 * @returns the address with the code as its fragment; null if `base` is no address, or if the address is neither https without user name and
 * password, nor http with the same origin as `page`
 * @example
 * helpAddress('/help', 'NO_READER', 'https://cms.example.com/'); // 'https://cms.example.com/help#NO_READER'
 */
export function helpAddress(base: string, code: string, page: string): string | null {
  if (!URL.canParse(base, page)) return null;
  const address = new URL(base, page);
  const isOwn = address.protocol === 'http:' && address.origin === new URL(page).origin;
  if (!isOwn && !isHttps(address.href)) return null;
  address.hash = code;
  return address.href;
}

function isHttps(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return protocol === 'https:' && username === '' && password === '';
}
