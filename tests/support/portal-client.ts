import { CardwrightError, validate } from '@cardwright/protocol';
import {
  eligibilityAnswer,
  errorAnswer,
  operationAnswer,
  type Eligibility,
  type OperationAnswer,
} from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { ACCOUNTS } from './portal-options.js';
import { requestOf } from './engine/operator-action.js';
import type { HostProcess } from './host-process.js';

/** The members of a device that an operator's page needs; the server sends more. */
const listedDevices = v.object({
  devices: v.array(
    v.object({
      id: v.string(),
      version: v.string(),
      state: v.string(),
      proof: v.string(),
      serialProved: v.boolean(),
    }),
  ),
});
type ListedDevice = v.InferOutput<typeof listedDevices>['devices'][number];

const auditEntries = v.object({
  entries: v.array(v.object({ event: v.string(), operationId: v.nullable(v.string()) })),
});
type AuditEntry = v.InferOutput<typeof auditEntries>['entries'][number];

/** A user's browser as the portal sees it: a cookie, an origin and JSON. Records its calls. */
export class PortalClient {
  /** Method and path of every call, in order. */
  readonly calls: string[] = [];
  private cookie = '';

  constructor(private readonly url: string) {}

  async login(username: (typeof ACCOUNTS)[number]['username']): Promise<this> {
    const { password } = ACCOUNTS.find((account) => account.username === username) ?? ACCOUNTS[0];
    await this.send('POST', '/api/session', { username, password });
    return this;
  }

  async keys(): Promise<PublicJwkSet> {
    return validate(publicJwkSet, await this.send('GET', '/.well-known/cardwright'));
  }

  async eligibility(devices: readonly DeviceInfo[], kind = 'issue'): Promise<Eligibility[]> {
    return validate(eligibilityAnswer, await this.send('POST', '/api/devices/eligibility', { kind, devices })).devices;
  }

  /** As an operator, lists the devices, the newest last; a stage has no more than one page. */
  async devices(): Promise<ListedDevice[]> {
    return validate(listedDevices, await this.send('GET', '/api/operator/devices')).devices.reverse();
  }

  /**
   * As an operator, performs an action on the only device in a state.
   *
   * @param reason required by some actions
   */
  async act(action: string, { from, reason }: { readonly from: string; readonly reason?: string }): Promise<unknown> {
    const [device, ...others] = (await this.devices()).filter(({ state }) => state === from);
    if (device === undefined || others.length > 0) throw new Error(`not one device is ${from}`);
    return this.send('POST', `/api/operator/devices/${device.id}/${action}`, requestOf(device.version, reason));
  }

  /** As an operator, reads the latest audit entries, the newest first. */
  async audit(): Promise<AuditEntry[]> {
    return validate(auditEntries, await this.send('GET', '/api/operator/audit')).entries;
  }

  /** Opens a device in the host, and relays an operation between portal and host until one of them ends it. */
  async operate(kind: string, host: HostProcess, device: DeviceInfo): Promise<OperationAnswer> {
    await host.call('device.open', { device: device.id });
    let answer = await this.operation('/api/operations', { kind, device, host: host.identity });
    while (answer.step !== null) {
      const { outcomes } = await host.call('step.run', { jws: answer.step.jws });
      const path = `/api/operations/${answer.operation}/results`;
      answer = await this.operation(path, { step: answer.step.number, outcomes });
    }
    await host.call('device.close', {});
    return answer;
  }

  issue(host: HostProcess, device: DeviceInfo): Promise<OperationAnswer> {
    return this.operate('issue', host, device);
  }

  /** @throws CardwrightError if the portal answers with an error */
  async send(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown> {
    this.calls.push(`${method} ${path}`);
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { cookie: this.cookie, origin: this.url, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    const answer: unknown = await response.json();
    if (v.is(errorAnswer, answer)) throw CardwrightError.fromWire(answer.error);
    return answer;
  }

  private async operation(path: string, body: object): Promise<OperationAnswer> {
    return validate(operationAnswer, await this.send('POST', path, body));
  }
}
