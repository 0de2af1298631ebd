import type { Client } from '../client.js';

/** Waits for what a session does with its open device, and then releases the device. If that fails, ends the session, which releases it, too. */
export async function releaseAfter<Result>(work: Promise<Result>, client: Client): Promise<Result> {
  try {
    return await work;
  } finally {
    await client.call('device.close', {}).catch((error: unknown) => {
      console.warn('Cardwright cannot release the device:', error);
      client.close();
    });
  }
}
