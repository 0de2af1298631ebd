import { readFileSync } from 'node:fs';
import { readPrivateKey } from '@cardwright/cms/keys';
import type { DirectorySettings, WrittenDirectory } from './ldap/settings.js';
import type { OidcCredential, SignInSettings, WrittenOidcProvider, WrittenSignIn } from './settings.js';

/**
 * Reads the secrets and keys that the settings of providers and of the directory refer to.
 *
 * @throws Error that names the provider and the member with the fault, but never the value
 */
export const readSignIn = ({ oidc, ldap, leavers }: WrittenSignIn): SignInSettings => ({
  leavers,
  oidc: oidc.map((provider) => ({ ...provider, credential: readCredential(provider) })),
  ldap: ldap && readDirectory(ldap),
});

function readDirectory({ ca, bind, ...written }: WrittenDirectory): DirectorySettings {
  return {
    ...written,
    ca: ca === undefined ? undefined : readText('ldap.ca', ca),
    bind: { dn: bind.dn, password: readSecret('ldap.bind.password.file', bind.password.file) },
  };
}

function readCredential({ name, credential }: WrittenOidcProvider): OidcCredential {
  if ('secretFile' in credential) return { secret: readSecret(`${name}.credential.secretFile`, credential.secretFile) };
  const where = `${name}.credential.keyFile`;
  const privateKey = readText(where, credential.keyFile);
  if (!canSign(privateKey)) throw new Error(`${where} expected a private key in PEM: RSA, or EC on P-256`);
  return { privateKey, ...(credential.keyId === undefined ? {} : { keyId: credential.keyId }) };
}

function readSecret(where: string, file: string): string {
  // An editor ends a file with a line break, which does not belong to the secret.
  const secret = readText(where, file).trim();
  if (secret === '') throw new Error(`${where} expected a file with a secret`);
  return secret;
}

function canSign(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = readPrivateKey(pem);
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
