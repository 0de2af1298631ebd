import { isIP } from 'node:net';
import { CardwrightError } from '@cardwright/protocol';
import { deviceInfo, type DeviceInfo } from '@cardwright/protocol/devices';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import type { Purpose } from '@cardwright/protocol/sealing';
import { seal } from '@cardwright/protocol/sealing';
import * as v from 'valibot';
import type { AuditEvent } from '../audit-event.js';
import { readDevicePolicy, type DevicePolicy } from '../rules/device-policy.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { OperationHappening } from '../store/operation-event.js';
import type { Records } from '../store/records.js';
import type { AuditRow, Operation, Person } from '../store/rows.js';
import type { Requester, Services } from './services.js';
import { defineSlice, type Slice } from './slice.js';

/**
 * Facts of an operation's session that the engine itself stores: the device as the host described it, the host's public key, and the time of the last
 * verdict.
 */
export const operationSession = defineSlice({
  name: 'session',
  schema: v.nullable(
    v.strictObject({
      device: deviceInfo,
      hostKey: publicJwk,
      /** Time of the last verdict (ISO 8601); missing in a session that an earlier version of the program began. */
      judgedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    }),
  ),
  initial: null,
  lasts: 'session',
});

/** The state as an operation's row stores it. */
const storedState = v.strictObject({
  /** Name of the current step. */
  step: v.nullable(v.string()),
  slices: v.record(v.string(), v.unknown()),
});

/**
 * Everything that an operation needs while it decides its next step, in one transaction with its rows locked.
 *
 * @example
 * const read = (context: OperationContext) => console.log(context.operation.id, context.info.certificates);
 */
export class OperationContext {
  readonly #values = new Map<Slice, unknown>();
  readonly #stored: v.InferOutput<typeof storedState> | undefined;
  #operation: Operation;
  #device: DeviceRecord | undefined;
  #policyNow: DevicePolicy | undefined;

  private constructor(
    readonly services: Services,
    readonly records: Records,
    readonly person: Person,
    /** Language of the refusals that the person reads. */
    readonly language: string,
    private readonly address: string | null,
    private readonly slices: readonly Slice[],
    operation: Operation,
  ) {
    this.#operation = operation;
    records.workOn(operation.id);
    const stored = v.safeParse(storedState, operation.state);
    this.#stored = stored.success ? stored.output : undefined;
  }

  /**
   * Opens the context of an operation, with its device.
   * @param slices all slices that the operation's steps declare
   */
  static async open(
    services: Services,
    records: Records,
    { person, language, address = '' }: Requester,
    slices: readonly Slice[],
    operation: Operation,
  ): Promise<OperationContext> {
    const declared = [operationSession, ...new Set(slices)];
    const context = new OperationContext(
      services,
      records,
      person,
      language,
      isIP(address) === 0 ? null : address,
      declared,
      operation,
    );
    if (operation.deviceId !== null) context.#device = await records.openDevice(operation.deviceId);
    return context;
  }

  get operation(): Operation {
    return this.#operation;
  }

  /** The operation's device; undefined as long as the operation has no device. */
  get device(): DeviceRecord | undefined {
    return this.#device;
  }

  /** The operation's device, for steps that need one. Throws an error if the operation has no device. */
  get ownDevice(): DeviceRecord {
    if (!this.#device) throw new Error(`operation ${this.#operation.id} has no device yet`);
    return this.#device;
  }

  /** The device in the reader, as this session's host described it. */
  get info(): DeviceInfo {
    return this.#session.device;
  }

  /**
   * Time of the session's last verdict. If an earlier version of the program, which did not store that time, began the session: the time at which the
   * operation was created.
   */
  get judgedAt(): Date {
    const { judgedAt } = this.#session;
    return judgedAt === undefined ? this.#operation.createdAt : new Date(judgedAt);
  }

  get #session() {
    const value = this.of(operationSession);
    if (!value) throw new Error(`operation ${this.#operation.id} has no session`);
    return value;
  }

  /**
   * Name of the step whose results are awaited; undefined before the first step, and if another version of the program stored the state in another
   * form.
   */
  get step(): string | null | undefined {
    return this.#stored?.step;
  }

  /**
   * Returns the contents of a slice of the state.
   *
   * @throws CardwrightError `OPERATION_MOVED` if the stored contents do not fit the slice's schema, because another version of the program
   * stored them. The operation must then continue in a new session.
   */
  of<T>(slice: Slice<T>): T {
    if (this.#values.has(slice)) return v.parse(slice.schema, this.#values.get(slice));
    const read = v.safeParse(slice.schema, this.#storedIn(slice));
    if (!read.success) throw new CardwrightError('OPERATION_MOVED');
    return read.output;
  }

  #storedIn(slice: Slice): unknown {
    if (!this.slices.includes(slice)) throw new Error(`no step declares the slice ${slice.name}`);
    const slices = this.#stored?.slices ?? {};
    return Object.hasOwn(slices, slice.name) ? slices[slice.name] : slice.initial;
  }

  /** Changes members of a slice. */
  keep<T extends object | null>(slice: Slice<T>, values: Partial<T> & object): void {
    this.#values.set(slice, { ...this.of(slice), ...values });
  }

  /** Begins a new session: drops the state of the former session, and state that another version of the program stored in another form. */
  beginSession(device: DeviceInfo, hostKey: PublicJwk): void {
    for (const slice of this.slices)
      if (slice.lasts === 'session' || !v.is(slice.schema, this.#storedIn(slice)))
        this.#values.set(slice, slice.initial);
    this.#values.set(operationSession, { device, hostKey });
    this.noteVerdict();
  }

  /** Notes that the operation was judged now, and may begin or continue. */
  noteVerdict(): void {
    this.#values.set(operationSession, { ...this.#session, judgedAt: this.records.now.toISOString() });
  }

  /** Replaces the description of the device after the device has changed, for example because it was erased. */
  meet(device: DeviceInfo): void {
    this.#values.set(operationSession, { ...this.#session, device });
  }

  /** Changes the operation's row. */
  change(values: Partial<Operation>): void {
    this.#operation = this.records.putOperation({ ...this.#operation, ...values });
  }

  /** Attaches the operation to this device. With `undefined`, detaches the operation from its device. */
  attach(device: DeviceRecord | undefined, values: Partial<Operation> = {}): void {
    this.#device = device;
    this.change({ ...values, deviceId: device?.row.id ?? null });
  }

  /** Returns the state to store in the operation's row while this step is awaited. */
  stateWith(step: string | null): v.InferOutput<typeof storedState> {
    const slices = Object.fromEntries(this.slices.map((slice) => [slice.name, this.of(slice)]));
    return { step, slices };
  }

  /** Returns the state to store if the session or operation ends here: the stored state, with the changes of those slices that outlast a session. */
  stateAtRest(): unknown {
    if (!this.#stored) return this.#operation.state;
    const { step, slices } = this.#stored;
    const kept = { ...slices };
    for (const [{ name, lasts }, value] of this.#values) if (lasts === 'operation') kept[name] = value;
    return { step, slices: kept };
  }

  /** Appends to the audit log. */
  report(event: AuditEvent, detail: AuditRow['detail'] = {}, outcome: AuditRow['outcome'] = 'ok'): void {
    const { id: operationId, deviceId } = this.#operation;
    this.records.record({ actor: this.person.username, event, outcome, operationId, deviceId, detail });
  }

  /** Appends to the operation's timeline. */
  note(what: OperationHappening, at: Date = this.records.now): void {
    const { id: operationId, deviceId } = this.#operation;
    const { address, person } = this;
    this.records.recordEvent({ operationId, deviceId, actor: person.username, address, at, what });
  }

  /** Returns the context for sealing. It binds the secrets that CMS and host send each other to this operation, device, session and purpose. */
  sealContext(purpose: Purpose) {
    const { id: operation, session: hostSession } = this.#operation;
    const { origin } = this.services;
    return { origin, operation, device: this.info.id, session: hostSession, purpose };
  }

  /** Seals a secret of the CMS to the host's session key, and logs its release in the audit log. */
  async sealToHost(purpose: Purpose, secret: string) {
    const sealed = await seal(new TextEncoder().encode(secret), this.#session.hostKey, this.sealContext(purpose));
    this.report('secret.released', { purpose, to: 'host' });
    return { source: 'cms', sealed } as const;
  }

  /** Reads the current policy of the card's model, which `policyNow` then returns. Called before anything is decided. */
  async readPolicyNow(): Promise<void> {
    const row = await this.records.findPolicy(this.info.model);
    this.#policyNow = row && readDevicePolicy(row);
  }

  /** The policy of the card's model in this transaction; undefined if the model is no longer issued, or before `readPolicyNow`. */
  get policyNow(): DevicePolicy | undefined {
    return this.#policyNow;
  }

  /**
   * Reads the row with the current policy and the sealed factory secrets of the card's model.
   * @throws CardwrightError `INVALID_PARAMS` if the model has no policy
   */
  async currentPolicy() {
    const row = await this.records.findPolicy(this.info.model);
    if (!row) throw new CardwrightError('INVALID_PARAMS', { path: 'factory', problem: 'expected a policy' });
    return row;
  }
}
