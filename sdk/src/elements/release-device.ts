import type { Client } from '../client.js';

/** Releases the open device of a session. If that fails, ends the session, which releases the device, too. */
export async function releaseDevice(client: Client): Promise<void> {
  try {
    await client.call('device.close', {});
  } catch (error) {
    console.warn('Cardwright: the session is ended to release the device', error);
    client.close();
  }
}
