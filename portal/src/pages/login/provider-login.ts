import { call, type AnswerOf } from '../api.js';
import { tellJudged } from '../proof-window.js';

export type Provider = AnswerOf<'GET /api/session/providers'>['providers'][number];
type Opened = Exclude<AnswerOf<'POST /api/session/provider/answer'>, { readonly refusal: unknown }>;
export type Refusal = Extract<AnswerOf<'POST /api/session/provider'>, { readonly refusal: unknown }>['refusal'];

/** Beginning of the address to which a provider returns. The name of the provider follows. */
const RETURNED = '/sign-in/';

/** Receives the outcomes of a sign-in at a provider. */
export interface ProviderLoginListener {
  /** @param returnTo page that the user wanted; null for the first page of the user */
  entered(opened: Opened, returnTo: string | null): void;
  refused(refusal: Refusal): void;
  /**
   * The portal has judged a new proof, for which another page has opened this window.
   *
   * @param refusal null if the proof counts
   */
  judged(refusal: Refusal | null): void;
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

  /**
   * Posts what the provider has answered. Returns true if nobody has to sign in here now: that opened a session, or was a new proof. The answer leaves the
   * address of the page and its history.
   */
  async finish(): Promise<boolean> {
    const provider = location.pathname.slice(RETURNED.length);
    const answer = location.search;
    history.replaceState(null, '', '/login');
    try {
      const outcome = await call('POST /api/session/provider/answer', { body: { provider, answer } });
      if (outcome.isProof) {
        const refusal = 'refusal' in outcome ? outcome.refusal : null;
        tellJudged(refusal);
        this.listener.judged(refusal);
        return true;
      }
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
