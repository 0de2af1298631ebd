import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { OidcCredential, SignInSettings, WrittenOidcProvider, WrittenSignIn } from './settings.js';

/**
 * Reads the secrets and keys that the settings of providers refer to.
 *
 * @throws Error that names the provider and the member with the fault, but never the value
 */
export const readSignIn = ({ oidc }: WrittenSignIn): SignInSettings => ({
  oidc: oidc.map((provider) => ({ ...provider, credential: readCredential(provider) })),
});

function readCredential({ name, credential }: WrittenOidcProvider): OidcCredential {
  if ('secretFile' in credential) {
    const where = `${name}.credential.secretFile`;
    // An editor ends a file with a line break, which does not belong to the secret.
    const secret = readText(where, credential.secretFile).trim();
    if (secret === '') throw new Error(`${where} expected a file with a secret`);
    return { secret };
  }
  const where = `${name}.credential.keyFile`;
  const privateKey = readText(where, credential.keyFile);
  if (!canSign(privateKey)) throw new Error(`${where} expected a private key in PEM: RSA, or EC on P-256`);
  return { privateKey, ...(credential.keyId === undefined ? {} : { keyId: credential.keyId }) };
}

function canSign(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return (
      asymmetricKeyType === 'rsa' || (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1')
    );
  } catch {
    // OpenSSL throws errors of many kinds. Each means that the key cannot be read.
    return false;
  }
}

function readText(where: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${where} refers to a file that cannot be read`, { cause });
  }
}
