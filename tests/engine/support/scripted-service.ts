import { randomBytes } from 'node:crypto';
import type {
  AcceptedPasskey,
  BegunRegistration,
  ExpectedAuthenticator,
  PasskeyObstacle,
  PasskeyService,
} from '@cardwright/cms/passkeys';
import type { Passkey, Person } from '@cardwright/cms/store';
import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol/passkeys';

const FIVE_MINUTES = 5 * 60 * 1000;

/** A passkey service that a test controls. */
export class ScriptedService implements PasskeyService {
  readonly title;
  obstacle: PasskeyObstacle | null = null;
  attested = true;
  /** Errors that the next calls of a method throw, one each; null lets a call pass. */
  readonly failures: Record<'findObstacle' | 'begin' | 'finish' | 'remove', (Error | null)[]> = {
    findObstacle: [],
    begin: [],
    finish: [],
    remove: [],
  };
  lifetime = FIVE_MINUTES;
  excluded: string[] = [];
  /** The registered credential ids, with the names of their devices. */
  readonly registered = new Map<string, string>();
  readonly removed: string[] = [];
  readonly asked: (ExpectedAuthenticator | null)[] = [];
  begun = 0;

  constructor(
    readonly name: string,
    readonly origin: string,
    private readonly now: () => number,
    readonly rpId = new URL(origin).hostname,
  ) {
    this.title = { en: name, de: name };
  }

  /** Takes over what another service knows and was asked. */
  knowAs({ registered, asked, begun }: ScriptedService): void {
    for (const [id, name] of registered) this.registered.set(id, name);
    this.asked.push(...asked);
    this.begun = begun;
  }

  findObstacle(_person: Person, authenticator: ExpectedAuthenticator | null) {
    this.asked.push(authenticator);
    return this.#answer('findObstacle', () => this.obstacle);
  }

  begin({ id, username, displayName }: Person, registered: readonly Passkey[] = []): Promise<BegunRegistration> {
    return this.#answer('begin', () => {
      this.begun += 1;
      const options: CreationOptions = {
        rp: { id: this.rpId, name: this.name },
        user: { id: Buffer.from(id).toString('base64url'), name: username, displayName },
        challenge: randomBytes(32).toString('base64url'),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: [...this.excluded, ...registered.map(({ credentialId }) => credentialId)].map(
          (one) => ({ type: 'public-key', id: one }) as const,
        ),
      };
      return { options, expires: new Date(this.now() + this.lifetime) };
    });
  }

  finish(_person: Person, _begun: BegunRegistration, { id }: RegistrationResponse, name: string) {
    return this.#answer('finish', (): AcceptedPasskey => {
      this.registered.set(id, name);
      return { serviceId: `${this.name}-${id}`, name, attested: this.attested };
    });
  }

  remove(_person: Person, serviceId: string): Promise<void> {
    return this.#answer('remove', () => {
      this.removed.push(serviceId);
      this.registered.delete(serviceId.slice(this.name.length + 1));
    });
  }

  #answer<T>(method: keyof ScriptedService['failures'], answer: () => T): Promise<T> {
    const failure = this.failures[method].shift();
    return failure ? Promise.reject(failure) : Promise.resolve(answer());
  }
}

/** Creates an error as a service does that knows none of this program's classes. */
export const failureOf = (code: string, details: object = {}): Error =>
  Object.assign(new Error(code), { code }, details);
