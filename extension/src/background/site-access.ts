import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { sortedClasses, type GrantClass } from '../grant-class.js';
import { policyFor } from './policy.js';
import { recall, remember, type Site } from './remembered-answers.js';
import { SharedQuestion } from './shared-question.js';

/** Asks the user in a window; resolves with the button that was pressed. */
export type AskForAccess = (
  question: { readonly origin: string; readonly classes: readonly GrantClass[] },
  tabId: number,
  signal: AbortSignal,
) => Promise<{ readonly allowed: boolean }>;

/** The page that asks. */
export interface Asker extends Site {
  readonly tabId: number;
}

/**
 * Decides what a site may do. The order never changes: the administrator's policy, else what the user answered, else
 * the user is asked. Invariants:
 * - a site that policy names is never asked about: policy's classes are all it gets;
 * - a refusal is remembered like a grant; only the user takes it back, in the extension's menu;
 * - a window that was closed is no answer: nothing is granted and nothing remembered;
 * - questions about one origin that come while one is open become that one.
 */
export class SiteAccess {
  readonly #open = new Map<string, SharedQuestion<boolean>>();

  constructor(private readonly ask: AskForAccess) {}

  /**
   * What the site is granted now, without asking.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED` when that is nothing
   */
  async granted(site: Site): Promise<readonly GrantClass[]> {
    const policy = await policyFor(site.origin);
    if (policy.verdict === 'granted') return policy.classes;
    if (policy.verdict === 'blocked') throw notGranted('blocked');
    const { granted, denied } = await recall(site);
    if (granted.length === 0) throw notGranted(denied.length > 0 ? 'denied' : 'needed');
    return granted;
  }

  /**
   * Grants the site what it asks for, after asking the user where nobody has decided yet.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED`, `WINDOW_NOT_ALLOWED`, `CANCELLED`
   */
  async request(asker: Asker, classes: readonly GrantClass[], signal: AbortSignal): Promise<readonly GrantClass[]> {
    const policy = await policyFor(asker.origin);
    if (policy.verdict === 'granted') return policy.classes;
    if (policy.verdict === 'blocked') throw notGranted('blocked');
    const { granted, denied } = await recall(asker);
    const missing = sortedClasses(classes).filter((one) => !granted.includes(one));
    if (missing.length === 0) return granted;
    if (missing.some((one) => denied.includes(one))) throw notGranted('denied');
    if (!(await this.#question(asker, missing).join(signal))) throw notGranted('denied');
    // The question may have been another asker's, about fewer classes.
    return this.request(asker, classes, signal);
  }

  #question(asker: Asker, missing: readonly GrantClass[]): SharedQuestion<boolean> {
    const key = `${asker.isPrivate ? 'private ' : ''}${asker.origin}`;
    const question =
      this.#open.get(key) ??
      new SharedQuestion((withdrawn) =>
        this.#askAndRemember(asker, missing, withdrawn).finally(() => this.#open.delete(key)),
      );
    this.#open.set(key, question);
    return question;
  }

  async #askAndRemember(asker: Asker, classes: readonly GrantClass[], signal: AbortSignal): Promise<boolean> {
    try {
      const { allowed } = await this.ask({ origin: asker.origin, classes }, asker.tabId, signal);
      await remember(asker, { granted: allowed ? [...classes] : [], denied: allowed ? [] : [...classes] });
      return allowed;
    } catch (error) {
      if (isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT')) {
        throw notGranted('needed');
      }
      throw error;
    }
  }
}

const notGranted = (consent: 'needed' | 'denied' | 'blocked') => new CardwrightError('SITE_NOT_GRANTED', { consent });
