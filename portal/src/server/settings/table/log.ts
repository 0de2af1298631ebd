import * as v from 'valibot';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../../log/log.js';
import { text } from '../setting.js';

/** The log of the running portal. The variables of the host begin with CARDWRIGHT_LOG, and both can be on one computer. */
export const LOG = {
  log: {
    format: text(
      {
        variable: 'CARDWRIGHT_PORTAL_LOG_FORMAT',
        sentence: 'The form of a line of the log: `text` for people, or `json`, one object a line, for programs.',
        example: 'json',
        standard: 'text',
      },
      { schema: v.pipe(v.string(), v.picklist(LOG_FORMATS)), expected: LOG_FORMATS.join(' or ') },
      (): LogFormat => 'text',
    ),
    level: text(
      {
        variable: 'CARDWRIGHT_PORTAL_LOG_LEVEL',
        sentence:
          'What is logged, from the level on: `error`, `warn`, `info` with the requests that were refused, or `debug` with all requests.',
        example: 'debug',
        standard: 'info',
      },
      { schema: v.pipe(v.string(), v.picklist(LOG_LEVELS)), expected: LOG_LEVELS.join(', ') },
      (): LogLevel => 'info',
    ),
  },
};
