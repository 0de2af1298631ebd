import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CommandOutcome,
  DeviceInfo,
  Eligibility,
  EscrowContent,
  OperationAnswer,
  StartRequest,
} from '@cardwright/protocol';
import {
  testAttestationIntermediatesPath,
  testAttestationRoot58Path,
  testAttestationRootPath,
} from '@cardwright/virtual-card';
import { gt, isNull, desc, asc, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { createAccount } from '../../../portal/src/server/accounts/accounts.js';
import { DEFAULT_POLICIES } from '../../../portal/src/server/ca/certificate-policies.js';
import { openDevelopmentCa } from '../../../portal/src/server/ca/development-ca.js';
import { seedPolicies } from '../../../portal/src/server/devices/device-policy.js';
import { judge } from '../../../portal/src/server/devices/eligibility.js';
import { allowedActions, perform } from '../../../portal/src/server/devices/operator-actions.js';
import { openFactorySecrets, seedDevicePolicies } from '../../../portal/src/server/devices/policy-store.js';
import { listWaysOn, startAgain } from '../../../portal/src/server/devices/ways-on.js';
import { openEscrow } from '../../../portal/src/server/keys/escrow.js';
import { loadKeyRing, type KeyRing } from '../../../portal/src/server/keys/key-ring.js';
import {
  cancelOperation,
  continueOperation,
  startOperation,
  type Requester,
} from '../../../portal/src/server/operations/operation.js';
import type { Services } from '../../../portal/src/server/operations/services.js';
import { sentenceOf } from '../../../portal/src/server/reasons.js';
import { openStore, type Database, type Store } from '../../../portal/src/server/store/database.js';
import {
  audit,
  certificates,
  devices,
  escrows,
  users,
  type Device,
  type User,
} from '../../../portal/src/server/store/schema.js';
import {
  AnswerLost,
  type BrokenTransaction,
  type DeviceAction,
  type FactorySecrets,
  type IssuedDevice,
  type SimulatedCms,
} from './simulated-cms.js';

const POLICIES = new URL('../../../portal/config/device-policies.json', import.meta.url);
const ORIGIN = 'https://cms.example';
const PASSWORD = 'correct horse battery';
const UNLIMITED = 1_000_000;
const OWNERS_ACTIONS = { 'go-on': 'continue', 'start-again': 'start-again' } as const;
const OPERATORS_ACTIONS = ['approve', 'activate', 'approve-puk'] as const;

export interface PortalCmsOptions {
  readonly algorithm: 'P-256' | 'RSA-2048';
}

/** The reference portal's engine over its embedded database, without its routes. */
export class PortalCms implements SimulatedCms {
  readonly origin = ORIGIN;
  #broken: BrokenTransaction | undefined;
  #restarting: Promise<void> | undefined;
  /** The last entry of the audit log, which cannot be emptied, before the case. */
  #auditMark = 0;

  private constructor(
    private readonly folder: string,
    private readonly store: Store,
    private readonly user: User,
    private readonly operator: User,
    private services: Services,
  ) {}

  static async open(options: PortalCmsOptions): Promise<PortalCms> {
    const folder = await mkdtemp(join(tmpdir(), 'cardwright-simulation-'));
    const keys = await loadKeyRing(folder, null);
    const store = await openStore({ folder: 'memory://' });
    await seedDevicePolicies(store.db, keys, policiesFor(options));
    const [user, operator] = await Promise.all([
      newUser(store.db, 'alice', 'user'),
      newUser(store.db, 'oscar', 'operator'),
    ]);
    const cms: PortalCms = new PortalCms(folder, store, user, operator, await servicesOver(store, keys));
    cms.#spoilTransactions();
    return cms;
  }

  get keys() {
    return this.services.keys.published;
  }

  get authorityCertificate(): string {
    return this.services.keys.authority.certificate;
  }

  async eligibility(infos: readonly DeviceInfo[]): Promise<readonly Eligibility[]> {
    await this.#restarting;
    const verdicts: Eligibility[] = [];
    for (const info of infos) {
      const { action, reason } = await judge(this.store.db, this.user, info, UNLIMITED);
      verdicts.push({ device: info.id, action, reason: reason && sentenceOf(reason, 'en') });
    }
    return verdicts;
  }

  async start(request: StartRequest): Promise<OperationAnswer> {
    await this.#restarting;
    return startOperation(this.services, this.#requester, request);
  }

  async continue(id: string, step: number, outcomes: readonly CommandOutcome[]): Promise<OperationAnswer> {
    await this.#restarting;
    return continueOperation(this.services, this.#requester, id, step, outcomes);
  }

  async cancel(id: string, session?: string): Promise<OperationAnswer> {
    await this.#restarting;
    return cancelOperation(this.services, this.#requester, id, session);
  }

  async devices(): Promise<readonly IssuedDevice[]> {
    const { db } = this.store;
    const rows = await db.select().from(devices).orderBy(desc(devices.createdAt));
    const issued = await db.select().from(certificates).orderBy(asc(certificates.slot));
    return Promise.all(
      rows.map(async (device) => ({
        id: device.id,
        state: device.state,
        actions: await this.#actionsOf(device),
        certificates: issued
          .filter(({ deviceId, revocationReason }) => deviceId === device.id && revocationReason !== 'superseded')
          .map(({ slot, der, revocationReason }) => ({
            slot,
            der: Buffer.from(der, 'base64url'),
            isRevoked: revocationReason !== null,
          })),
      })),
    );
  }

  async act(id: string, action: Exclude<DeviceAction, 'continue'>): Promise<void> {
    await this.store.db.transaction(async (db) => {
      if (action === 'start-again') await startAgain(db, this.user, id);
      else await perform(db, this.operator, action, id, {});
    });
  }

  async escrows(): Promise<readonly EscrowContent[]> {
    const kept = await this.store.db.select().from(escrows).where(isNull(escrows.droppedAt));
    return Promise.all(kept.map((escrow) => openEscrow(escrow, this.services.keys)));
  }

  factory(model: string): Promise<FactorySecrets> {
    return openFactorySecrets(this.store.db, this.services.keys, model);
  }

  async audit(): Promise<readonly string[]> {
    const entries = await this.store.db
      .select()
      .from(audit)
      .where(gt(audit.id, this.#auditMark))
      .orderBy(asc(audit.id));
    return entries.map(({ event }) => event);
  }

  restart(): Promise<void> {
    this.#restarting = loadKeyRing(this.folder, null)
      .then((keys) => servicesOver(this.store, keys))
      .then((services) => {
        this.services = services;
        this.#spoilTransactions();
      });
    return this.#restarting;
  }

  breakNextTransaction(how: BrokenTransaction): void {
    this.#broken = how;
  }

  async clear(): Promise<void> {
    this.#broken = undefined;
    const { db } = this.store;
    await db.execute(sql`TRUNCATE devices, operations, escrows, certificates, quotas`);
    const [last] = await db.select({ id: audit.id }).from(audit).orderBy(desc(audit.id)).limit(1);
    this.#auditMark = last?.id ?? 0;
  }

  async close(): Promise<void> {
    await this.store.close();
    await rm(this.folder, { recursive: true });
  }

  get #requester(): Requester {
    return { user: this.user, language: 'en' };
  }

  async #actionsOf(device: Device): Promise<DeviceAction[]> {
    const ways = (await listWaysOn(this.store.db, device)).map((way) => OWNERS_ACTIONS[way]);
    const open = allowedActions(device, this.operator).map(({ name }) => name);
    return [...ways, ...OPERATORS_ACTIONS.filter((name) => open.includes(name))];
  }

  /** Stands in front of the store, so that a transaction can break as the database's own would. */
  #spoilTransactions(): void {
    const { db } = this.store;
    const spoilt = new Proxy(db, {
      get: (target, name): unknown => (name === 'transaction' ? transaction : Reflect.get(target, name)),
    });
    const transaction: Database['transaction'] = async (work) => {
      const broken = this.#broken;
      this.#broken = undefined;
      const done: Awaited<ReturnType<typeof work>>[] = [];
      try {
        await db.transaction(async (inner) => {
          done.push(await work(inner));
          if (broken === 'undone' || broken === 'forgotten') throw new Undone();
        });
      } catch (error) {
        if (!(error instanceof Undone) || broken === 'undone') throw error;
      }
      if (broken === 'answer-lost') throw new AnswerLost();
      for (const result of done) return result;
      throw new Error('the transaction did nothing');
    };
    this.services = { ...this.services, store: { ...this.store, db: spoilt } };
  }
}

/** Has the database undo a transaction. */
class Undone extends Error {
  override readonly name = 'Undone';
}

async function servicesOver(store: Store, keys: KeyRing): Promise<Services> {
  return {
    store,
    keys,
    authority: await openDevelopmentCa(keys.authority, () => `${ORIGIN}/ca`),
    certificatePolicies: DEFAULT_POLICIES,
    origin: ORIGIN,
    deviceLimit: UNLIMITED,
    quotas: { operationsPerHour: UNLIMITED, witnessesPerHour: UNLIMITED },
  };
}

/** Those of a new portal, with the vendor of the virtual cards, and plain cards that no operator has to approve. */
function policiesFor({ algorithm }: PortalCmsOptions) {
  const policies = v.parse(seedPolicies, JSON.parse(readFileSync(POLICIES, 'utf8')));
  const attestationRoots = [testAttestationRootPath, testAttestationRoot58Path].map((path) =>
    readFileSync(path, 'utf8'),
  );
  const intermediates = readFileSync(testAttestationIntermediatesPath, 'utf8').split(/(?=-----BEGIN)/);
  return Object.fromEntries(
    Object.entries(policies).map(([model, { policy, factory }]) => {
      const isPlain = model === 'piv';
      const slots = {
        '9A': algorithm,
        '9C': algorithm,
        // The key of a plain card's 9D could not sign its own request.
        '9D': isPlain ? ('RSA-2048' as const) : algorithm,
        '9E': algorithm,
      };
      const vendor = isPlain
        ? { unprovenKeys: 'allow' as const }
        : { attestationRoots, attestationIntermediates: intermediates };
      return [model, { policy: { ...policy, slots, ...vendor }, factory }];
    }),
  );
}

async function newUser(db: Database, username: string, role: 'user' | 'operator'): Promise<User> {
  await createAccount(db, { username, password: PASSWORD, displayName: username, role });
  const [user] = await db
    .select()
    .from(users)
    .where(sql`${users.username} = ${username}`);
  if (!user) throw new Error(`${username} has no account`);
  return user;
}
