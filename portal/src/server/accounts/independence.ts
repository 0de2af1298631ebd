/**
 * Whose power begins where. This is the only judge of whether two people are independent of each other: it reads what was done to accounts, and
 * nothing else.
 *
 * Each account is in the hands of some people: those who could act as it by what they have done. An account that the server or an identity provider
 * has appointed is in its owner's hands alone.
 */

/** An act of the past, as `power_acts` has it. Acts are judged in their order. */
export type PowerAct =
  /** The server or an identity provider says that the account is its owner's. */
  | { readonly kind: 'appointed'; readonly subject: string }
  /** Someone has made the account, which nobody had before. */
  | { readonly kind: 'made'; readonly subject: string; readonly by: string }
  /** Someone has enabled the account, has given it a role or a new password, or has taken its second factor. */
  | { readonly kind: 'taken'; readonly subject: string; readonly by: string }
  /** Someone says that the account is its owner's. */
  | { readonly kind: 'confirmed'; readonly subject: string; readonly by: string }
  /** The account has proposed something. */
  | { readonly kind: 'proposed'; readonly subject: string; readonly proposal: string };

type Hands = ReadonlySet<string>;

/**
 * In whose hands an account is of which nothing is known, such as one without power from before these acts were kept. It is not independent of another
 * account of this kind.
 */
export const UNKNOWN = 'unknown';

/** What is known of an account. */
interface Standing {
  /** Everybody who could act as the account, the account itself among them. */
  readonly hands: Hands;
  /** In whose hands those were who have said since the last change that the account is its owner's. */
  readonly said: readonly Hands[];
}

/** What is known after a number of acts. */
export class Independence {
  readonly #accounts = new Map<string, Standing>();
  readonly #proposals = new Map<string, Hands>();

  /** @param acts all acts, the first one first */
  constructor(acts: Iterable<PowerAct>) {
    for (const act of acts) this.#add(act);
  }

  /** Returns the accounts in whose hands an account is, besides its own; empty if it is in its owner's hands alone. */
  handsOn(account: string): string[] {
    return [...this.#of(account).hands].filter((one) => one !== account);
  }

  /** Returns the other accounts of which an account is not independent, as far as anything is known of them. */
  dependentsOf(account: string): string[] {
    return [...this.#accounts.keys()].filter((one) => one !== account && !this.areIndependent(account, one));
  }

  /** Returns true if no one person could act as both accounts. */
  areIndependent(one: string, other: string): boolean {
    return areApart(this.#of(one).hands, this.#of(other).hands);
  }

  /**
   * Returns the accounts through which an author and whoever confirms are not independent; empty if they are. The author counts as when the proposal
   * was made, because that is when someone made it: who got hold of the account later did not.
   */
  sharedWithAuthor(proposal: string, author: string, confirms: string): string[] {
    const authors = this.#proposals.get(proposal) ?? this.#of(author).hands;
    const hands = this.#of(confirms).hands;
    return [...authors].filter((one) => hands.has(one));
  }

  /**
   * Returns true if it counts when someone says that an account is its owner's: their power does not come from the account, and it is in the hands of
   * others too.
   */
  mayConfirm(account: string, by: string): boolean {
    const { hands, said } = this.#of(account);
    const own = this.#of(by).hands;
    const ofOthers = [...hands].filter((one) => one !== account && !own.has(one));
    return ofOthers.length > 0 && !own.has(account) && !said.some((before) => isWithin(own, before));
  }

  #of(account: string): Standing {
    return this.#accounts.get(account) ?? { hands: new Set([account, UNKNOWN]), said: [] };
  }

  #add(act: PowerAct): void {
    if (act.kind === 'proposed') {
      this.#proposals.set(act.proposal, this.#of(act.subject).hands);
      return;
    }
    const standing = this.#after(act);
    if (standing) this.#accounts.set(act.subject, standing);
  }

  /** Returns what is known of the account of an act after it; undefined if the act changes nothing. */
  #after(act: Exclude<PowerAct, { kind: 'proposed' }>): Standing | undefined {
    const { subject } = act;
    if (act.kind === 'appointed') return ownersAlone(subject);
    if (act.by === subject) return undefined;
    const by = this.#of(act.by).hands;
    if (act.kind === 'made') return { hands: new Set([subject, ...by]), said: [] };
    const { hands, said } = this.#of(subject);
    if (act.kind === 'taken') return { hands: new Set([...hands, ...by]), said: [] };
    if (by.has(subject)) return undefined;
    // Someone who had no hand in it is enough, because another one has changed the account. Of those who changed it, two have to say so themselves.
    const isConfirmed = [hands, ...said].some((before) => areApart(before, by));
    return isConfirmed ? ownersAlone(subject) : { hands, said: [...said, by] };
  }
}

const ownersAlone = (account: string): Standing => ({ hands: new Set([account]), said: [] });

const areApart = (some: Hands, others: Hands): boolean => ![...some].some((one) => others.has(one));

const isWithin = (some: Hands, others: Hands): boolean => [...some].every((one) => others.has(one));
