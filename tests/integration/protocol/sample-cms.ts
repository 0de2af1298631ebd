import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from '@cardwright/protocol';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { freePort, inRepository, TiedProcess } from '@cardwright/stage';
import { testAttestationRootPath } from '@cardwright/virtual-card';
import { PYTHON } from './python.js';

const SCRIPT = inRepository('docs', 'sample-cms', 'cms.py');

/** The moment at which the CMS is killed: when a request arrives, or when its answer was stored and not sent yet. */
export type KillMoment = 'before' | 'after';

/** docs/sample-cms/cms.py, which a test can kill and start again over what it has stored. */
export class SampleCms {
  /** Everything that it has printed. */
  readonly output: string[] = [];
  /** Requests about operations so far. */
  requests = 0;
  #killAt: { readonly request: number; readonly moment: KillMoment } | undefined;
  #process: TiedProcess | undefined;

  private constructor(
    private readonly port: number,
    readonly stateFile: string,
  ) {}

  static async start(folder: string): Promise<SampleCms> {
    const cms = new SampleCms(await freePort(), path.join(folder, 'cms.json'));
    await cms.restart();
    return cms;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The file in which the CMS keeps its state, as text. */
  get state(): string {
    return readFileSync(this.stateFile, 'utf8');
  }

  async restart(): Promise<void> {
    await this.stop();
    const args = ['-B', SCRIPT, this.stateFile, String(this.port), testAttestationRootPath];
    this.#process = await TiedProcess.start(PYTHON, args, { onLine: (line) => this.output.push(line) });
    await this.#process.line(/^serving http/);
  }

  async stop(): Promise<void> {
    await this.#process?.stop('SIGKILL');
    this.#process = undefined;
  }

  /** Has it killed at a request about operations, counted from 1. */
  killAt(request: number, moment: KillMoment): void {
    this.#killAt = { request, moment };
  }

  async keys(): Promise<PublicJwkSet> {
    const response = await fetch(`${this.origin}/.well-known/cardwright`);
    if (response.headers.get('access-control-allow-origin') !== '*')
      throw new Error('the extension cannot read its keys');
    return validate(publicJwkSet, await response.json());
  }

  /** Requests as a browser sends them for a page of an origin whose user is signed in. */
  fetchFrom(origin: string): typeof fetch {
    return async (input, init) => {
      const headers = { ...Object.fromEntries(new Headers(init?.headers)), origin, cookie: 'user=alice' };
      const send = (): Promise<Response> => fetch(input, { ...init, headers });
      if (!new Request(input).url.includes('/operations')) return send();
      this.requests += 1;
      if (this.requests !== this.#killAt?.request) return send();
      if (this.#killAt.moment === 'after') await send();
      await this.stop();
      throw new TypeError('the CMS was killed');
    };
  }
}
