import type { X509Certificate } from 'node:crypto';

/** Returns the common name of a certificate's subject in quotes; the whole subject in quotes if there is no common name. */
export function certificateName({ subject }: X509Certificate): string {
  const [, commonName] = /^CN=(.+)$/m.exec(subject) ?? [];
  return `"${commonName ?? subject.replaceAll('\n', ', ')}"`;
}
