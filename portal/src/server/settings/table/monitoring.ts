import * as v from 'valibot';
import { number, text } from '../setting.js';

const OFF = 0;

/** The listener for programs that watch the portal. */
export const MONITORING = {
  monitor: {
    host: text(
      {
        variable: 'CARDWRIGHT_MONITOR_HOST',
        sentence:
          'The address that the listener for monitoring listens on. It asks nobody who they are: on an address of a network, a firewall has to.',
        example: '127.0.0.1',
        standard: '127.0.0.1',
      },
      { schema: v.pipe(v.string(), v.minLength(1), v.regex(/^\S+$/)), expected: 'an address, like 127.0.0.1' },
      () => '127.0.0.1',
    ),
    port: number(
      {
        variable: 'CARDWRIGHT_MONITOR_PORT',
        sentence:
          'The port of `/healthz`, `/readyz` and `/metrics`, for example 9464; with 0 there is no such listener.',
        standard: OFF,
      },
      { most: 65_535 },
    ),
  },
};
