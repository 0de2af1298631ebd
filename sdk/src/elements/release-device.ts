import type { Client } from '../client.js';

/** Releases the device. If the host does not answer, ends the session, which releases the device, too. */
export async function releaseDevice(client: Client): Promise<void> {
  try {
    await client.call('device.close', {});
  } catch (error) {
    console.warn('Cardwright: the session is ended to release the device', error);
    client.close();
  }
}
