import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { findAuthorityWeakness, readForeignCertificate } from '@cardwright/cms/keys';

/** The parts of the portal that a module can use to make the portal's authority (`openAuthorityOf`). */
export interface AuthorityContext {
  /**
   * Returns the address under which the portal serves ca.der and crl.der. If no origin is configured, the address is known only once the portal
   * listens.
   */
  readonly location: () => string;
  /** Opens the embedded authority, for a module that wraps it. */
  readonly openDevelopmentCa: () => Promise<CertificationAuthority>;
}

const authorityModule = v.object({
  openAuthority: v.custom<(context: AuthorityContext) => unknown>((value) => typeof value === 'function'),
});
/** Schema of an authority. The schema only checks that the functions and a certificate exist. */
const authority = v.object({
  issue: v.custom<CertificationAuthority['issue']>((value) => typeof value === 'function'),
  signCrl: v.custom<CertificationAuthority['signCrl']>((value) => typeof value === 'function'),
  certificate: v.pipe(v.instance(Uint8Array), v.minLength(1)),
});

/**
 * Loads an ES module that makes the portal's authority. The module exports `openAuthority(context)`, which returns a `CertificationAuthority` or
 * a promise of one.
 *
 * @param path path of the module's file
 * @throws Error that names the fault, if the module cannot be loaded, lacks the function, or makes an authority that is incomplete or has a weak
 *   key; any error of the module's function
 */
export async function openAuthorityOf(path: string, context: AuthorityContext): Promise<CertificationAuthority> {
  const problem = (what: string, cause?: unknown): Error =>
    new Error(`CARDWRIGHT_AUTHORITY: ${path} ${what}`, { cause });
  const imported: unknown = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    throw problem(`cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  });
  if (!v.is(authorityModule, imported)) throw problem('exports no function openAuthority');
  const made = await Promise.resolve(imported.openAuthority(context));
  if (!v.is(authority, made))
    throw problem('makes no certification authority: expected issue, signCrl and certificate (DER)');
  const key = readKey(made.certificate);
  if (key === undefined) throw problem('makes an authority whose certificate cannot be read: expected DER');
  const weakness = findAuthorityWeakness(key);
  if (weakness !== undefined)
    throw problem(`makes an authority whose key is weak (${weakness}): anyone could sign in its place`);
  return made;
}

function readKey(certificate: Uint8Array): KeyObject | undefined {
  try {
    return readForeignCertificate(certificate).publicKey;
  } catch {
    // OpenSSL throws for bytes that are no certificate, and for a key that it cannot read. The caller reports both alike.
    return undefined;
  }
}
