import { describe, expect, it } from '@jest/globals';
import { authenticationOf } from '../../../../portal/src/server/login/oidc/client-authentication.js';

const SECRET = 'a-secret with/signs';

/** Returns what the portal adds to a token request at a provider that takes these methods. */
async function added(methods: string[] | undefined) {
  const authenticate = await authenticationOf({ secret: SECRET });
  const [body, headers] = [new URLSearchParams(), new Headers()];
  const server = { issuer: 'https://id.example', ...(methods && { token_endpoint_auth_methods_supported: methods }) };
  authenticate(server, { client_id: 'the-portal' }, body, headers);
  return { secret: body.get('client_secret'), header: headers.get('authorization') };
}

describe('the secret of the portal', () => {
  it.each([[['client_secret_basic', 'client_secret_post']], [['client_secret_post']]])(
    'is in the body for a provider that takes %j, as it is',
    async (methods) => {
      expect(await added(methods)).toEqual({ secret: SECRET, header: null });
    },
  );

  it.each([[['client_secret_basic']], [undefined]])(
    'is in the header for a provider that takes %j, encoded as a form and then in base64',
    async (methods) => {
      const { secret, header } = await added(methods);
      expect(secret).toBeNull();
      const [name, password] = Buffer.from(String(header).replace('Basic ', ''), 'base64').toString().split(':');
      expect([name, password].map((one) => new URLSearchParams(`one=${String(one)}`).get('one'))).toEqual([
        'the-portal',
        SECRET,
      ]);
    },
  );
});
