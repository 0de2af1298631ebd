import { webcrypto } from 'node:crypto';
import * as client from 'openid-client';
import { readPrivateKey } from '@cardwright/cms/keys';
import type { OidcCredential } from '../settings.js';

/**
 * Returns the way in which the portal proves itself at the token endpoint: a signed assertion (RFC 7523) if it has a private key, or else its secret.
 * The secret goes into the body if the provider says that it takes it there. In the header it has to be encoded twice (RFC 6749, 2.3.1), which not every
 * provider decodes: LemonLDAP::NG 2.21 does not. A provider that says nothing takes it in the header (OpenID Connect Discovery 1.0, 3).
 */
export async function authenticationOf(credential: OidcCredential): Promise<client.ClientAuth> {
  if ('secret' in credential) {
    const [basic, post] = [client.ClientSecretBasic(credential.secret), client.ClientSecretPost(credential.secret)];
    return (server, ...others) => {
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      (methods.includes('client_secret_post') ? post : basic)(server, ...others);
    };
  }
  const key = readPrivateKey(credential.privateKey);
  const algorithm =
    key.asymmetricKeyType === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256' };
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const imported = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  return client.PrivateKeyJwt(credential.keyId === undefined ? imported : { key: imported, kid: credential.keyId });
}
