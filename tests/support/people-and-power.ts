/**
 * People who do to accounts what administrators can, at random. It knows who could really sign in as whom, and nothing of hands: so it sees whether
 * one person has proposed and confirmed the same thing, whatever the portal thinks of the accounts.
 */

/** What the portal keeps of what is done, with how it was done. */
export interface DoneAct {
  readonly kind: 'appointed' | 'made' | 'taken' | 'confirmed' | 'proposed';
  readonly what: 'made' | 'roles' | 'enabled' | 'reset' | 'second-factor' | 'server' | 'said' | 'proposed';
  readonly subject: string;
  readonly by: string;
  readonly proposal: string;
}

/** What the portal decides. */
export interface Judge {
  readonly mayConfirmAccount: (acts: readonly DoneAct[], account: string, by: string) => boolean;
  readonly mayConfirmProposal: (acts: readonly DoneAct[], proposal: string, author: string, by: string) => boolean;
  /** @param othersOpen number of other administrators who can sign in */
  readonly mayActAlone: (othersOpen: number) => boolean;
}

interface Account {
  readonly id: string;
  hasPower: boolean;
  isOpen: boolean;
  /** The people who know a password of it. */
  knownTo: Set<number>;
  /** The person who has its second factor; null if the next sign-in registers one, or none is needed. */
  factorOf: number | null;
  /** Whose only account with power it was at first. */
  readonly mainOf: number | null;
  /** Who has changed it since two people last said whose it is. */
  touched: Set<string>;
  said: ReadonlySet<string>[];
}

interface Proposal {
  readonly id: string;
  readonly author: string;
  readonly who: ReadonlySet<string>;
}

/** A history of up to `steps` acts. Tells it as a list if one person alone has widened trust by it, and is null otherwise. */
export function playHistory(random: () => number, judge: Judge, steps: number): readonly string[] | null {
  const world = new World(random, judge);
  for (let step = 0; step < steps; step++) if (world.doSomething()) return world.told;
  return null;
}

class World {
  readonly told: string[] = [];
  readonly #random: () => number;
  readonly #judge: Judge;
  readonly #acts: DoneAct[] = [];
  readonly #accounts: Account[] = [];
  readonly #proposals: Proposal[] = [];
  readonly #people: number;
  #fresh = 100;

  constructor(random: () => number, judge: Judge) {
    this.#random = random;
    this.#judge = judge;
    this.#people = 2 + Math.floor(random() * 3);
    for (let person = 0; person < this.#people; person++) {
      this.#appoint(`main-${person}`, { hasPower: true, mainOf: person, owner: person });
      this.#appoint(`second-${person}`, { hasPower: false, mainOf: null, owner: person });
    }
    // Someone has an account of before, which was disabled, and knows the password of someone else.
    this.#appoint('former-0', { hasPower: true, mainOf: null, owner: 0 }).isOpen = false;
    const phished = this.#accounts.find(({ id }) => id === 'main-1');
    phished?.knownTo.add(0);
    if (phished) phished.factorOf = 1;
  }

  /** Lets one person do something, if they can. Returns true if they have widened trust alone. */
  doSomething(): boolean {
    // Most is done by the first one, who has an account more than the others.
    const person = this.#random() < 0.7 ? 0 : Math.floor(this.#random() * this.#people);
    const as = this.#pick(this.#accounts.filter((one) => one.hasPower && canActAs(person, one)));
    const target = this.#pick(this.#accounts.filter((one) => one !== as));
    const deed = this.#pick(DEEDS);
    return as !== undefined && target !== undefined && deed !== undefined && this.#does[deed](person, as, target);
  }

  readonly #does: Readonly<Record<Deed, (person: number, as: Account, target: Account) => boolean>> = {
    make: (person, as) => {
      const id = `made-${this.#accounts.length}`;
      const made: Account = {
        ...EMPTY,
        id,
        hasPower: this.#random() < 0.7,
        knownTo: new Set([person]),
        touched: new Set(),
        said: [],
      };
      this.#accounts.push(made);
      return this.#take('made', person, as, made);
    },
    'give role': (person, as, target) => {
      if (target.hasPower) return false;
      target.hasPower = true;
      return this.#take('roles', person, as, target);
    },
    'take role': (person, as, target) => {
      target.hasPower = false;
      return this.#note(`${person} as ${as.id} takes the role of ${target.id}`);
    },
    disable: (person, as, target) => {
      target.isOpen = false;
      return this.#note(`${person} as ${as.id} disables ${target.id}`);
    },
    enable: (person, as, target) => {
      if (target.isOpen) return false;
      target.isOpen = true;
      return this.#take('enabled', person, as, target);
    },
    'reset password': (person, as, target) => {
      target.knownTo.add(person);
      return this.#take('reset', person, as, target);
    },
    'take second factor': (person, as, target) => {
      target.factorOf = null;
      return this.#take('second-factor', person, as, target);
    },
    'say whose': (person, as, target) => this.#say(person, as, target),
    propose: (person, as) => {
      const id = `proposal-${this.#proposals.length}`;
      this.#proposals.push({ id, author: as.id, who: namesOf(person, as) });
      this.#acts.push({ kind: 'proposed', what: 'proposed', subject: as.id, by: as.id, proposal: id });
      return this.#note(`${person} as ${as.id} proposes ${id}`);
    },
    confirm: (person, as) => {
      const proposal = this.#pick(this.#proposals);
      if (!proposal || proposal.author === as.id) return false;
      if (!this.#judge.mayConfirmProposal(this.#acts, proposal.id, proposal.author, as.id)) return false;
      this.#note(`${person} as ${as.id} confirms ${proposal.id}`);
      return meet(proposal.who, namesOf(person, as));
    },
    'act alone': (person, as) => {
      const open = this.#accounts.filter((one) => one !== as && one.hasPower && one.isOpen);
      if (!this.#judge.mayActAlone(open.length)) return false;
      this.#note(`${person} as ${as.id} acts alone`);
      return true;
    },
  };

  #say(person: number, as: Account, target: Account): boolean {
    if (!this.#judge.mayConfirmAccount(this.#acts, target.id, as.id)) return false;
    const who = namesOf(person, as);
    this.#acts.push({ kind: 'confirmed', what: 'said', subject: target.id, by: as.id, proposal: '' });
    this.#note(`${person} as ${as.id} says that ${target.id} is its owner's`);
    // Two people have seen to it: the account is really that of someone else from now on.
    if ([target.touched, ...target.said].some((before) => before.size > 0 && !meet(before, who))) {
      const owner = this.#fresh++;
      target.knownTo = new Set([owner]);
      target.factorOf = owner;
      target.touched = new Set([`${owner}`]);
      target.said = [];
    } else target.said.push(who);
    return false;
  }

  #take(what: DoneAct['what'], person: number, as: Account, target: Account): boolean {
    this.#acts.push({ kind: what === 'made' ? 'made' : 'taken', what, subject: target.id, by: as.id, proposal: '' });
    for (const name of namesOf(person, as)) target.touched.add(name);
    target.said = [];
    return this.#note(`${person} as ${as.id}: ${what} ${target.id}`);
  }

  #appoint(
    id: string,
    { hasPower, mainOf, owner }: { readonly hasPower: boolean; readonly mainOf: number | null; readonly owner: number },
  ): Account {
    const account: Account = {
      ...EMPTY,
      id,
      hasPower,
      mainOf,
      knownTo: new Set([owner]),
      touched: new Set(),
      said: [],
    };
    this.#accounts.push(account);
    this.#acts.push({ kind: 'appointed', what: 'server', subject: id, by: '', proposal: '' });
    return account;
  }

  #note(line: string): false {
    this.told.push(line);
    return false;
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)];
  }
}

const DEEDS = [
  'make',
  'give role',
  'take role',
  'disable',
  'enable',
  'reset password',
  'take second factor',
  'say whose',
  'propose',
  'confirm',
  'confirm',
  'act alone',
] as const;
type Deed = (typeof DEEDS)[number];

const EMPTY = { hasPower: false, isOpen: true, factorOf: null, mainOf: null };

const canActAs = (person: number, { isOpen, knownTo, factorOf }: Account): boolean =>
  isOpen && knownTo.has(person) && (factorOf === null || factorOf === person);

/**
 * Returns who acts where a person acts as an account: themselves, unless others alone have given the account its power. It then counts as another person's,
 * because those others had to know to whom they gave it.
 */
function namesOf(person: number, { id, mainOf, touched }: Account): ReadonlySet<string> {
  if (mainOf === person || touched.size === 0) return new Set([`${person}`]);
  const own = [...touched].filter((one) => one === `${person}` || one.startsWith(`${person}/`));
  return new Set(own.length > 0 ? own : [`${person}/${id}`]);
}

const meet = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  [...some].some((one) => others.has(one));

/** Returns numbers from 0 to 1 that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
