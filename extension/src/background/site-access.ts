import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { sortedClasses, type GrantClass } from '@cardwright/protocol/settings';
import type { SiteRule } from '../site-rule.js';
import { policyFor } from '../policy/policy-in-force.js';
import { forget, forgetDenials, recall, remember, type Site } from '../remembered-answers.js';
import { ACTIVATION_MS } from './activation.js';
import type { WindowOwner } from './own-windows.js';
import { forgetRefusal, isWaiting, listRefusedIn, noteRefusal, noteTab } from './refusals.js';
import { SharedQuestion } from './shared-question.js';

/** Asks the user in a window, and resolves with the user's answer. */
export type AskForAccess = (
  question: { readonly origin: string; readonly classes: readonly GrantClass[] },
  owner: WindowOwner,
  signal: AbortSignal,
) => Promise<{ readonly allowed: boolean }>;

/** A page that asks for access, with its tab. */
export interface Asker extends Site {
  readonly tabId: number;
}

/** A page that asks for access, with the session for which the window with the question is opened. */
type AskingSession = Asker & WindowOwner;

/** The request of a page for access. */
export interface AccessQuestion {
  readonly classes: readonly GrantClass[];
  /** Set if the user did something in the page in the last seconds. */
  readonly isActive: boolean;
}

/** A question that the user has not yet answered, with the page that asked it first. */
interface OpenQuestion {
  readonly asker: Asker;
  /** Resolves with false if the user refused; with true if the waiting requests are to be decided again. */
  readonly answer: SharedQuestion<boolean>;
  /** Aborted when policy has come to decide about the site. */
  readonly overtaken: AbortController;
}

/** The current decision about a site, with the rule that decided. */
export interface Decision {
  readonly rule: SiteRule;
  readonly granted: readonly GrantClass[];
  /** Classes that the user refused. */
  readonly denied: readonly GrantClass[];
  /** Set if the administrator decided. The user's answers then do not count, and the user is not asked. */
  readonly byPolicy: boolean;
}

/**
 * Decides what a site may do. The order never changes:
 * 1. the administrator's policy, by the rules in `site-rule.ts`;
 * 2. what the user answered;
 * 3. the user is asked.
 *
 * Invariants:
 * - about a site that policy decides, the user is never asked: the site gets the classes in policy, and no others;
 * - a question is asked only right after the user did something in the page; after the page has withdrawn a question, the next question needs
 *   another click;
 * - a refusal is remembered like a grant; only the user revokes it, in the extension's own pages;
 * - closing a window is not an answer: no class is granted, and no class is remembered as refused;
 * - after a refusal, or a question without an answer, the site may not ask for a minute; in the extension's menu, the user can let the site
 *   ask earlier;
 * - while a question about an origin is open, further requests for access by this origin wait for the same answer;
 * - an open question is withdrawn when policy comes to decide about its site, and the waiting requests get policy's decision.
 */
export class SiteAccess {
  readonly #open = new Map<string, OpenQuestion>();
  /** Time at which a page last withdrew its question, in milliseconds since 1970. The key is the page's origin, with a prefix for private windows. */
  readonly #withdrawn = new Map<string, number>();

  constructor(private readonly ask: AskForAccess) {}

  /** Returns the current decision about a site. Neither asks the user nor notes anything. */
  async decide(site: Site): Promise<Decision> {
    const { rule, classes } = await policyFor(site.origin);
    if (rule !== null) return { rule, granted: classes, denied: [], byPolicy: true };
    const answer = await recall(site);
    const isAnswered = answer.granted.length > 0 || answer.denied.length > 0;
    return { rule: isAnswered ? 'answer' : 'none', ...answer, byPolicy: false };
  }

  /**
   * Returns the classes that the site is granted now, without asking.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED` if the site is granted no class
   */
  async granted(asker: Asker): Promise<readonly GrantClass[]> {
    const { granted, denied, byPolicy } = await this.decide(asker);
    if (granted.length > 0) return granted;
    if (byPolicy) throw await blocked(asker);
    if (denied.length > 0 || (await isWaiting(asker))) throw await refused(asker);
    throw notGranted('needed');
  }

  /**
   * Grants the site the requested classes, after asking the user about undecided classes. Returns all classes that the site is granted now;
   * if policy decides, requested classes may be missing.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED` (with `consent` `needed` if the page must ask right after a click),
   *   `WINDOW_NOT_ALLOWED`, `CANCELLED`
   */
  async request(asker: AskingSession, question: AccessQuestion, signal: AbortSignal): Promise<readonly GrantClass[]> {
    const { granted, denied, byPolicy } = await this.decide(asker);
    if (byPolicy && granted.length === 0) throw await blocked(asker);
    if (byPolicy) return granted;
    const missing = sortedClasses(question.classes).filter((one) => !granted.includes(one));
    if (missing.length === 0) return granted;
    const isRefused = missing.some((one) => denied.includes(one)) || (await isWaiting(asker));
    if (isRefused) throw await refused(asker);
    const { answer } = this.#open.get(keyOf(asker)) ?? this.#openQuestion(asker, missing, question.isActive);
    if (!(await answer.join(signal))) throw notGranted('denied');
    // The answered question may have been asked by another caller, about fewer classes, or policy may decide now. For a second window the
    // user has to click again.
    return this.request(asker, { ...question, isActive: false }, signal);
  }

  /**
   * Withdraws each open question about a site that policy decides now. Called after each change of policy, which Chromium tells a newly
   * installed extension late (`policy/first-policy.ts`).
   */
  async policyChanged(): Promise<void> {
    await Promise.all([...this.#open.values()].map((question) => this.#withdrawIfOvertaken(question)));
  }

  /** Forgets all answers of the user about a site. */
  async forget(origin: string): Promise<void> {
    await forget(origin);
    await forgetRefusal(origin);
  }

  /** Lets a refused site ask again at once. */
  async letAskAgain(origin: string): Promise<void> {
    await forgetDenials(origin);
    await forgetRefusal(origin);
  }

  /** Returns the site that policy refused in a tab and still refuses. Returns null if policy refuses no site there. */
  async blockedIn(tabId: number): Promise<Site | null> {
    for (const site of await listRefusedIn(tabId)) {
      const { byPolicy, granted } = await this.decide(site);
      if (byPolicy && granted.length === 0) return site;
    }
    return null;
  }

  /** Returns the site that the user refused in a tab and still refuses. Returns null if the user refuses no site there. */
  async refusedIn(tabId: number): Promise<string | null> {
    for (const site of await listRefusedIn(tabId)) {
      const { byPolicy, denied } = await this.decide(site);
      if (!byPolicy && (denied.length > 0 || (await isWaiting(site)))) return site.origin;
    }
    return null;
  }

  /**
   * Returns a new question.
   *
   * @throws CardwrightError `SITE_NOT_GRANTED` if the user did nothing in the page in the last seconds, or if the page withdrew a
   *   question in that time
   */
  #openQuestion(asker: AskingSession, missing: readonly GrantClass[], isActive: boolean): OpenQuestion {
    const key = keyOf(asker);
    // One click allows only one question. If it allowed more, a page could open and close windows for as long as the click counts.
    const isSpent = Date.now() - (this.#withdrawn.get(key) ?? 0) < ACTIVATION_MS;
    if (!isActive || isSpent) throw notGranted('needed');
    this.#withdrawn.delete(key);
    const overtaken = new AbortController();
    const answer = new SharedQuestion((withdrawn) =>
      this.#askAndRemember(asker, missing, { withdrawn, overtaken: overtaken.signal }).finally(() =>
        this.#open.delete(key),
      ),
    );
    const question = { asker, answer, overtaken };
    this.#open.set(key, question);
    // Policy may have changed after it was read for this request, and before the question was open.
    void this.#withdrawIfOvertaken(question);
    return question;
  }

  async #withdrawIfOvertaken({ asker, overtaken }: OpenQuestion): Promise<void> {
    // If policy cannot be read, it may forbid anything. The waiting requests then fail with the reason.
    const isOvertaken = await this.decide(asker).then(
      ({ byPolicy }) => byPolicy,
      () => true,
    );
    if (isOvertaken) overtaken.abort();
  }

  async #askAndRemember(
    asker: AskingSession,
    classes: readonly GrantClass[],
    { withdrawn, overtaken }: { readonly withdrawn: AbortSignal; readonly overtaken: AbortSignal },
  ): Promise<boolean> {
    try {
      const signal = AbortSignal.any([withdrawn, overtaken]);
      const { allowed } = await this.ask({ origin: asker.origin, classes }, asker, signal);
      if (overtaken.aborted) return true;
      if (!allowed) await noteRefusal(asker, asker.tabId);
      await remember(asker, { granted: allowed ? [...classes] : [], denied: allowed ? [] : [...classes] });
      return allowed;
    } catch (error) {
      if (overtaken.aborted) return true;
      if (isCardwrightError(error, 'USER_CANCELLED') || isCardwrightError(error, 'USER_TIMEOUT')) {
        await noteRefusal(asker, asker.tabId);
        throw notGranted('denied');
      }
      if (withdrawn.aborted) this.#withdrawn.set(keyOf(asker), Date.now());
      throw error;
    }
  }
}

const keyOf = ({ origin, isPrivate }: Site): string => `${isPrivate ? 'private ' : ''}${origin}`;

const notGranted = (consent: 'needed' | 'denied' | 'blocked') => new CardwrightError('SITE_NOT_GRANTED', { consent });

/** Returns the error for a site that policy blocks, and notes the page's tab, so that the extension's menu reports the block in this tab. */
async function blocked(asker: Asker): Promise<CardwrightError> {
  await noteTab(asker, asker.tabId);
  return notGranted('blocked');
}

/**
 * Returns the error for a site that the user refused before, and notes the page's tab, so that the extension's menu reports the refusal in
 * this tab.
 */
async function refused(asker: Asker): Promise<CardwrightError> {
  await noteTab(asker, asker.tabId);
  return notGranted('denied');
}
