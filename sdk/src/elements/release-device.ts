import type { Client } from '../client.js';

/** Releases the device. Where the host does not answer to that, the end of the session makes it. */
export async function releaseDevice(client: Client): Promise<void> {
  try {
    await client.call('device.close', {});
  } catch (error) {
    console.warn('Cardwright: the session is ended to release the device', error);
    client.close();
  }
}
