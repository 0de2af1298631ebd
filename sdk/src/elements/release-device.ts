import type { Client } from '../client.js';

/** Releases the device. If the host does not answer, the end of the session releases it. */
export async function releaseDevice(client: Client): Promise<void> {
  try {
    await client.call('device.close', {});
  } catch (error) {
    console.warn('Cardwright: the session is ended to release the device', error);
    client.close();
  }
}
