import type {
  AcceptedPasskey,
  BegunRegistration,
  ExpectedAuthenticator,
  PasskeyObstacle,
  PasskeyService,
} from '@cardwright/cms/passkeys';
import type { Person } from '@cardwright/cms/store';
import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import { log } from '../../log/log.js';
import type { EntraSettings } from '../settings.js';
import { AccessTokens } from './access-tokens.js';
import { readCreationOptions } from './creation-options.js';
import { Deadline } from './deadline.js';
import { GraphClient, type GraphAnswer } from './graph-client.js';
import { readGraphError } from './graph-error.js';
import { PolicyReader } from './policy-reader.js';
import { registeredName } from './registered-name.js';

/** Entra ID's relying party, the same for every tenant. */
const RP_ID = 'login.microsoft.com';
const ORIGIN = `https://${RP_ID}`;

const OK = 200;
const CREATED = 201;
const NO_CONTENT = 204;
const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const CONFLICT = 409;
const SECOND = 1000;
/**
 * Share of the time limit of `finish` for the request that registers the passkey. The rest is for finding out whether Entra ID has accepted the
 * passkey.
 */
const TO_REGISTER = 0.6;

const method = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  displayName: v.nullish(v.string()),
  attestationLevel: v.nullish(v.string()),
});
type Method = v.InferOutput<typeof method>;
const methodList = v.object({ value: v.array(method) });

/** The passkey service of Entra ID. The portal calls Entra ID through Microsoft Graph v1.0, with the permissions of an application. */
export class EntraPasskeyService implements PasskeyService {
  readonly name: string;
  readonly title: PasskeyService['title'];
  readonly rpId = RP_ID;
  readonly origin = ORIGIN;
  readonly #graph: GraphClient;
  readonly #policies: PolicyReader;

  /** @param tell receives lines without personal data or secrets */
  constructor(
    private readonly settings: EntraSettings,
    private readonly tell: (line: string) => void = (line) => log.warn(line),
  ) {
    this.name = settings.name;
    this.title = settings.title;
    this.#graph = new GraphClient(settings, new AccessTokens(settings, tell), tell);
    this.#policies = new PolicyReader(settings.name, this.#graph, tell);
  }

  findObstacle(person: Person, authenticator: ExpectedAuthenticator | null): Promise<PasskeyObstacle | null> {
    return this.#policies.findObstacle(person, authenticator?.aaguid ?? null);
  }

  async begin(person: Person): Promise<BegunRegistration> {
    const path = [...this.#methodsOf(person), 'creationOptions'];
    const answer = await this.#graph.send({ method: 'GET', path, what: 'creationOptions' }, this.#deadline());
    if (answer.status !== OK) throw this.#refused(answer);
    const order = readCreationOptions(answer.body);
    if (!order) {
      this.tell(`passkey service ${this.name}: creationOptions cannot be read`);
      throw this.#unavailable();
    }
    const { id } = order.options.rp;
    if (id !== RP_ID) {
      this.tell(`passkey service ${this.name}: creationOptions are for the relying party ${JSON.stringify(id)}`);
      throw this.#refused({ status: null });
    }
    return order;
  }

  /**
   * Registers the passkey. Entra ID may have accepted the passkey even if the registration gets no answer, is refused, or is too
   * late. The passkey is then found under its display name (see `registeredName`), and is returned as the result.
   *
   * @throws CardwrightError `PASSKEY_EXPIRED`, `PASSKEY_REFUSED`, `PASSKEY_SERVICE_REFUSED`, `PASSKEY_SERVICE_UNAVAILABLE`
   */
  async finish(
    person: Person,
    begun: BegunRegistration,
    registration: RegistrationResponse,
    name: string,
  ): Promise<AcceptedPasskey> {
    const displayName = registeredName(name, registration.id);
    const find = (): Promise<AcceptedPasskey | undefined> =>
      this.#find(person, displayName, this.#deadline(1 - TO_REGISTER));
    if (begun.expires.getTime() <= Date.now()) return (await find()) ?? fail(new CardwrightError('PASSKEY_EXPIRED'));
    const { clientDataJSON, attestationObject } = registration.response;
    const body = {
      displayName,
      publicKeyCredential: { id: registration.id, response: { clientDataJSON, attestationObject } },
    };
    const request = { method: 'POST', path: this.#methodsOf(person), what: 'create fido2Method', body } as const;
    const answer = await this.#graph.send(request, this.#deadline(TO_REGISTER)).catch((error: unknown) => {
      if (isCardwrightError(error, 'PASSKEY_SERVICE_UNAVAILABLE')) return error;
      throw error;
    });
    if (answer instanceof CardwrightError) return (await find()) ?? fail(answer);
    if (answer.status === CREATED || answer.status === OK) {
      const created = v.safeParse(method, answer.body);
      if (created.success) return accepted(created.output, displayName);
    }
    return (await find()) ?? fail(this.#whyNotCreated(answer, begun));
  }

  async remove(person: Person, serviceId: string): Promise<void> {
    const request = {
      method: 'DELETE',
      path: [...this.#methodsOf(person), serviceId],
      what: 'delete fido2Method',
    } as const;
    const answer = await this.#graph.send(request, this.#deadline());
    if (answer.status !== NO_CONTENT && answer.status !== OK && answer.status !== NOT_FOUND)
      throw this.#refused(answer);
  }

  async #find(person: Person, displayName: string, deadline: Deadline): Promise<AcceptedPasskey | undefined> {
    const path = this.#methodsOf(person);
    const answer = await this.#graph.send({ method: 'GET', path, what: 'list fido2Methods' }, deadline);
    const list = v.safeParse(methodList, answer.body);
    const found = list.success ? list.output.value.find((one) => one.displayName === displayName) : undefined;
    return found && accepted(found, displayName);
  }

  #whyNotCreated(answer: GraphAnswer, { expires }: BegunRegistration): CardwrightError {
    if (answer.status === CONFLICT) return new CardwrightError('PASSKEY_REFUSED', { reason: 'known' });
    if (answer.status < BAD_REQUEST) return this.#unavailable();
    if (answer.status !== BAD_REQUEST) return this.#refused(answer);
    const { code, message } = readGraphError(answer.body);
    return expires.getTime() <= Date.now() || /expired/i.test(`${code} ${message}`)
      ? new CardwrightError('PASSKEY_EXPIRED')
      : new CardwrightError('PASSKEY_REFUSED', { reason: 'service' });
  }

  /**
   * Returns the path of a person's passkeys in Graph. Entra ID identifies users by their user principal name.
   *
   * @throws CardwrightError `PASSKEY_SERVICE_REFUSED` if the person has no user principal name
   */
  #methodsOf({ upn }: Person): readonly string[] {
    if (upn === null) throw this.#refused({ status: null });
    return ['users', upn, 'authentication', 'fido2Methods'];
  }

  /**
   * Returns the deadline of a call that begins now.
   *
   * @param share part of the time limit that the call may use, at most 1
   */
  #deadline(share = 1): Deadline {
    return new Deadline(this.settings.timeout * SECOND * share);
  }

  #refused({ status }: { readonly status: number | null }): CardwrightError {
    return new CardwrightError('PASSKEY_SERVICE_REFUSED', { service: this.name, status });
  }

  #unavailable(): CardwrightError {
    return new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: this.name });
  }
}

const accepted = ({ id, displayName, attestationLevel }: Method, name: string): AcceptedPasskey => ({
  serviceId: id,
  name: displayName ?? name,
  attested: attestationLevel === 'attested',
});

function fail(error: CardwrightError): never {
  throw error;
}
