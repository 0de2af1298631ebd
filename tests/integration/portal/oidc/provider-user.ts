import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { Browser, type Answer } from '../support/test-portal.js';

const begun = v.object({ url: v.string() });

/** Follows the redirects of a provider with its cookies, as a browser does, until one leads back to the portal. */
export class ProviderUser {
  readonly #cookies = new Map<string, string>();

  /** Opens an address at the provider. Returns the address of the portal to which it leads. */
  async open(url: string, portal: string): Promise<URL> {
    let address = new URL(url);
    for (let hops = 0; hops < 10; hops++) {
      const cookie = Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(address, { headers: { cookie }, redirect: 'manual' });
      for (const one of response.headers.getSetCookie()) this.#keep(one);
      const location = response.headers.get('location');
      if (location === null)
        throw new Error(`${address.pathname} answered ${response.status}: ${await response.text()}`);
      address = new URL(location, address);
      if (address.origin === portal) return address;
    }
    throw new Error('too many redirects');
  }

  /** Answers the provider's question whether to sign out. Returns the address to which it leads. */
  async signOut(url: string, portal: string): Promise<URL> {
    const cookie = () => Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const page = await fetch(url, { headers: { cookie: cookie() } });
    for (const one of page.headers.getSetCookie()) this.#keep(one);
    const form = await page.text();
    const [, action = ''] = /action="([^"]+)"/.exec(form) ?? [];
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(form) ?? [];
    const response = await fetch(action, {
      method: 'POST',
      headers: { cookie: cookie(), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
      redirect: 'manual',
    });
    return new URL(response.headers.get('location') ?? '', portal);
  }

  #keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/** Begins a sign-in. Returns the address at the provider. */
export async function begin(browser: Browser, provider: string, returnTo: string | null = null): Promise<string> {
  const { body } = await browser.post('/api/session/provider', { provider, returnTo });
  return validate(begun, body).url;
}

/** Posts what a provider has answered, as the page to which it returns does. */
export const answer = (browser: Browser, provider: string, address: URL): Promise<Answer> =>
  browser.post('/api/session/provider/answer', { provider, answer: address.search });

/** Signs in at a provider, from the button to the session. */
export async function signIn(
  browser: Browser,
  provider: string,
  at = new ProviderUser(),
  returnTo: string | null = null,
): Promise<Answer> {
  const url = await begin(browser, provider, returnTo);
  return answer(browser, provider, await at.open(url, browser.portal.origin));
}
