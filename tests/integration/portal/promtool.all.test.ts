import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { freePort } from '@cardwright/stage';
import { Browser, startTestPortal } from './support/test-portal.js';

it('has metrics about which promtool has nothing to say', async () => {
  const port = await freePort();
  const portal = await startTestPortal({ CARDWRIGHT_MONITOR_PORT: String(port) });
  try {
    await Browser.login(portal, 'alice');
    await new Browser(portal).post('/api/session', { username: 'alice', password: 'a guess' });
    await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('cardwright_http_request_duration_seconds_bucket');
    const judged = spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' });
    expect(judged).toMatchObject({ status: 0, stdout: '', stderr: '' });
  } finally {
    await portal.remove();
  }
});
