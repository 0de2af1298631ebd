import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import * as v from 'valibot';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { authorityKeys, openDevelopmentCa, type AuthorityKeys } from './development-ca.js';

/** The keys of an authority that takes the place of the one before it, from a moment on (ISO 8601). */
export const laterAuthorityKeys = v.object({ ...authorityKeys.entries, from: v.pipe(v.string(), v.isoTimestamp()) });
export type LaterAuthorityKeys = v.InferOutput<typeof laterAuthorityKeys>;

/** One of the embedded authorities. Each publishes its certificate and its CRL in a folder of its own, for as long as its key is there. */
export interface EmbeddedAuthority {
  /** The folder below `/ca`: empty for the first authority, otherwise `keyId`. Certificates state it, so it never changes. */
  readonly folder: string;
  /** Identifier of the authority's key in lower-case hexadecimal, as certificates state it (RFC 5280, 4.2.1.1). */
  readonly keyId: string;
  /** The moment from which this authority issues; null for the first one. */
  readonly from: Date | null;
  readonly authority: CertificationAuthority;
}

/** The keys of all embedded authorities, as the key file has them. */
interface Keys {
  readonly authority: AuthorityKeys;
  readonly laterAuthorities: readonly LaterAuthorityKeys[];
}

/**
 * Opens all embedded authorities, in the order in which they issue.
 *
 * @param location returns the address of `/ca`, as `openDevelopmentCa` takes it
 */
export async function openEmbeddedAuthorities(
  { authority, laterAuthorities }: Keys,
  location: () => string,
): Promise<readonly EmbeddedAuthority[]> {
  const first = { ...authority, from: null };
  return Promise.all(
    [first, ...laterAuthorities].map(async ({ from, ...keys }) => {
      const keyId = keyIdentifierOf(keys.certificate);
      const folder = from === null ? '' : keyId;
      return {
        folder,
        keyId,
        from: from === null ? null : new Date(from),
        authority: await openDevelopmentCa(keys, () => addressOf(location(), folder)),
      };
    }),
  );
}

/** Returns the address at which an authority publishes, given that of `/ca`. */
export const addressOf = (location: string, folder: string): string =>
  folder === '' ? location : `${location}/${folder}`;

/** Returns the authority that issues at a moment: the last one that has begun. */
export function authorityAt(authorities: readonly EmbeddedAuthority[], now: Date): EmbeddedAuthority {
  const begun = authorities.findLast(({ from }) => from === null || from <= now);
  if (!begun) throw new Error('the portal has no embedded authority');
  return begun;
}

/**
 * Makes one authority of the embedded ones. It issues with the one whose turn it is, and so changes its certificate when the next one begins.
 *
 * @param now returns the current time
 */
export function successionOf(
  authorities: readonly EmbeddedAuthority[],
  now: () => Date = () => new Date(),
): CertificationAuthority {
  const current = (): EmbeddedAuthority => authorityAt(authorities, now());
  return {
    issue: (request, signal) => current().authority.issue(request, signal),
    signCrl: (request, signal) => current().authority.signCrl(request, signal),
    get certificate() {
      return current().authority.certificate;
    },
    get formerCertificates() {
      const issuing = current();
      return authorities.slice(0, authorities.indexOf(issuing)).map(({ authority }) => authority.certificate);
    },
  };
}

/**
 * Returns the identifier of the key that an authority's certificate certifies (RFC 5280, 4.2.1.2), in lower-case hexadecimal.
 *
 * @throws Error if the certificate cannot be read, or does not state it
 */
function keyIdentifierOf(certificate: string): string {
  const extension = new x509.X509Certificate(certificate).getExtension(x509.SubjectKeyIdentifierExtension);
  if (!extension) throw new Error('the certificate of the authority has no key identifier');
  return extension.keyId.toLowerCase();
}
