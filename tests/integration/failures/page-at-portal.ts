import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { readStep } from '@cardwright/protocol/steps';
import { CmsClient } from '@cardwright/sdk';
import * as v from 'valibot';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import type { Portal } from '@cardwright/portal';
import type { Forge } from '../../support/forging.js';

/** A page of the portal with the sdk's client: it keeps the cookie and sends Origin, as the browser would. */
export class PageAtPortal {
  readonly cms: CmsClient;
  #cookie = '';

  constructor(private readonly portal: Pick<Portal, 'origin' | 'port'>) {
    this.cms = new CmsClient(`http://127.0.0.1:${portal.port}/api`, {
      fetch: (input, init) => this.#fetch(input, init),
    });
  }

  static async login(portal: Portal, username: string): Promise<PageAtPortal> {
    const page = new PageAtPortal(portal);
    await page.post('session', { username, password: `${username}-password` });
    return page;
  }

  get = (path: string): Promise<unknown> => this.cms.request(path, v.unknown());
  post = (path: string, body: object): Promise<unknown> =>
    this.cms.request(path, v.unknown(), { method: 'POST', body });
  put = (path: string, body: object): Promise<unknown> => this.cms.request(path, v.unknown(), { method: 'PUT', body });

  /**
   * Starts an operation and relays its steps, up to the one before `until`.
   *
   * @throws CardwrightError with which the portal ended it, or rests
   */
  async relay(host: PlayedHost, options: RelayOptions = {}): Promise<OperationAnswer> {
    return this.relayFrom(await this.cms.start(host.startRequest), host, options);
  }

  /** Relays from an answer on. */
  async relayFrom(
    begun: OperationAnswer,
    host: PlayedHost,
    { until, forge = (outcomes) => outcomes }: RelayOptions = {},
  ): Promise<OperationAnswer> {
    let answer = begun;
    while (answer.step && answer.phase.name !== until) {
      const outcomes = await forge(await host.run(answer.step.jws), await readStep(answer.step.jws, host.cms));
      answer = await this.cms.results(answer.operation, { step: answer.step.number, outcomes });
    }
    if (answer.error) throw CardwrightError.fromWire(answer.error);
    return answer;
  }

  async #fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('origin', this.portal.origin);
    if (this.#cookie !== '') headers.set('cookie', this.#cookie);
    const response = await fetch(input, { ...init, headers });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? '';
    return response;
  }
}

interface RelayOptions {
  /** A phase whose steps are not run. */
  readonly until?: string;
  /** Changes the host's results of a step. */
  readonly forge?: Forge;
}
