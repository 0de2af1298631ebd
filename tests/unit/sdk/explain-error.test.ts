import { describe, expect, it } from '@jest/globals';
import { CardwrightError, explainError } from '@cardwright/sdk';

describe('explainError', () => {
  it('explains an error and its remedy, in English or German, by its details', async () => {
    const error = new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' });
    expect(await explainError(error)).toMatchObject({
      message: 'Your administrator blocks this site from using your devices.',
      user: 'Contact your help desk.',
    });
    expect(await explainError(error, 'de')).toMatchObject({ user: 'Wenden Sie sich an Ihren Helpdesk.' });
  });
});
