import type { Device } from '../store/rows.js';
import type { Changes, DeviceFile, Store, Transaction } from '../store/store.js';
import { same } from './checks.js';
import { newDevice, NO_CHANGES } from './rows.js';
import type { StoreStage } from './store-stage.js';

/** A stage with shortcuts for cases. Each call that reads or writes rows runs in a transaction of its own. */
export class Scene {
  constructor(readonly stage: StoreStage) {}

  get store(): Store {
    return this.stage.store;
  }

  newPerson(): Promise<string> {
    return this.stage.newPerson();
  }

  /** Adds two people. */
  async newPeople(): Promise<readonly [string, string]> {
    return [await this.newPerson(), await this.newPerson()];
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.store.transaction(work);
  }

  write(changes: Partial<Changes>): Promise<void> {
    return this.transaction((transaction) => transaction.write({ ...NO_CHANGES, ...changes }));
  }

  /** Adds a device. Returns false if the store refused it. */
  insert(device: Device): Promise<boolean> {
    return this.transaction((transaction) => transaction.insertDevice(device));
  }

  /** Adds devices that the store must accept. */
  add(...devices: readonly Device[]): Promise<void> {
    return this.transaction(async (transaction) => {
      for (const device of devices)
        same('whether a device was added that is in no other one’s way', await transaction.insertDevice(device), true);
    });
  }

  open(deviceId: string): Promise<DeviceFile | undefined> {
    return this.transaction((transaction) => transaction.openDevice(deviceId));
  }

  /** Adds a device of a new person, or of the person in `about`. */
  async newOwnDevice(about: Partial<Device> = {}): Promise<Device> {
    const device = newDevice(about.ownerId ?? (await this.newPerson()), about);
    await this.add(device);
    return device;
  }
}
