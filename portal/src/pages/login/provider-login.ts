import { call, type AnswerOf } from '../api.js';

export type Provider = AnswerOf<'GET /api/session/providers'>['providers'][number];
type Opened = Exclude<AnswerOf<'POST /api/session/provider/answer'>, { readonly refusal: unknown }>;
type Refusal = Extract<AnswerOf<'POST /api/session/provider'>, { readonly refusal: unknown }>['refusal'];

/** Beginning of the address to which a provider returns. The name of the provider follows. */
const RETURNED = '/sign-in/';

/** Receives the outcomes of a sign-in at a provider. */
export interface ProviderLoginListener {
  /** @param returnTo page that the user wanted; null for the first page of the user */
  entered(opened: Opened, returnTo: string | null): void;
  refused(refusal: Refusal): void;
  failed(error: unknown): void;
}

/** Signs in at a provider: sends the browser there, and posts what it brings back. */
export class ProviderLogin {
  /** Set if a provider has just sent the browser to this page. */
  readonly isReturning = location.pathname.startsWith(RETURNED);

  constructor(private readonly listener: ProviderLoginListener) {}

  /** Lists the providers. Returns an empty list if the portal cannot be reached. */
  async list(): Promise<readonly Provider[]> {
    const { providers } = await call('GET /api/session/providers').catch(() => ({ providers: [] }));
    return providers;
  }

  /**
   * Opens the provider's page.
   *
   * @param returnTo page that the user wanted; null for the first page of the user
   */
  async begin(provider: string, returnTo: string | null): Promise<void> {
    try {
      const begun = await call('POST /api/session/provider', { body: { provider, returnTo } });
      if ('url' in begun) location.assign(begun.url);
      else this.listener.refused(begun.refusal);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Posts what the provider has answered. Returns true if that opened a session. The answer leaves the address of the page and its history. */
  async finish(): Promise<boolean> {
    const provider = location.pathname.slice(RETURNED.length);
    const answer = location.search;
    history.replaceState(null, '', '/login');
    try {
      const outcome = await call('POST /api/session/provider/answer', { body: { provider, answer } });
      if ('refusal' in outcome) {
        this.listener.refused(outcome.refusal);
        return false;
      }
      this.listener.entered(outcome, outcome.returnTo);
      return true;
    } catch (error) {
      this.listener.failed(error);
      return false;
    }
  }
}
