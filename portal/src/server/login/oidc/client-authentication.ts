import { createPrivateKey, webcrypto } from 'node:crypto';
import * as client from 'openid-client';
import type { OidcCredential } from '../settings.js';

/**
 * Returns the way in which the portal proves itself at the token endpoint: a signed assertion (RFC 7523) if it has a private key, or else its secret.
 * The secret goes into the body only if the provider does not take it in the header, which is what a provider takes that does not say
 * (OpenID Connect Discovery 1.0, 3).
 */
export async function authenticationOf(credential: OidcCredential): Promise<client.ClientAuth> {
  if ('secret' in credential) {
    const [basic, post] = [client.ClientSecretBasic(credential.secret), client.ClientSecretPost(credential.secret)];
    return (server, ...others) => {
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      (methods.includes('client_secret_basic') ? basic : post)(server, ...others);
    };
  }
  const key = createPrivateKey(credential.privateKey);
  const algorithm =
    key.asymmetricKeyType === 'rsa'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256' };
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const imported = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  return client.PrivateKeyJwt(credential.keyId === undefined ? imported : { key: imported, kid: credential.keyId });
}
