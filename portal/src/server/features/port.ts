/** The parts that one portal offers to its features. Each part stands under a port. */
export class Offers {
  /** The ports under which something is offered. */
  readonly ports = new Set<Port<unknown>>();
}

/**
 * The name under which the portal, or a feature, offers something of one type to features.
 *
 * @example
 * const CLOCK = new Port<() => Date>('clock');
 * const offers = new Offers();
 * CLOCK.offer(offers, () => new Date());
 * CLOCK.of(offers)();
 */
export class Port<T> {
  readonly #offered = new WeakMap<Offers, { readonly value: T }>();

  constructor(readonly name: string) {}

  /** @throws Error if something is offered under this port already */
  offer(offers: Offers, value: T): void {
    if (offers.ports.has(this)) throw new Error(`the port ${this.name} is offered twice`);
    offers.ports.add(this);
    this.#offered.set(offers, { value });
  }

  /** @throws Error if nothing is offered under this port */
  of(offers: Offers): T {
    const offered = this.#offered.get(offers);
    if (!offered) throw new Error(`nothing is offered under the port ${this.name}`);
    return offered.value;
  }
}
