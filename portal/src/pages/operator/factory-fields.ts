import { MANAGEMENT_KEY_ALGORITHMS } from '@cardwright/protocol/devices';
import { html, type TemplateResult } from 'lit';
import type { FactorySecrets } from '../api.js';
import { check, textOf } from './form-fields.js';
import { operatorText } from '../operator-text.js';

const texts = operatorText.policies;
const { pin, puk, managementKey } = texts.factory;
const FACTORY_FIELDS = { pin, puk, managementKey };

/** Regular expression for one entry in the field of further management keys: the algorithm and the key, as in `AES-128: 0102…`. */
const OTHER_KEY = `(${MANAGEMENT_KEY_ALGORITHMS.join('|')}): *[0-9a-fA-F]{32,64}`;

/** Renders the fields for the factory's secrets. They never show what is stored. */
export const factoryFields = (): TemplateResult =>
  html`<fieldset>
    <legend>${texts.factory.title} <span class="muted">${texts.factory.hint}</span></legend>
    ${Object.entries(FACTORY_FIELDS).map(
      ([name, label]) => html`<label>${label}<input name=${name} type="password" autocomplete="off" /></label>`,
    )}
    <label>
      ${texts.factory.otherManagementKeys}
      <input
        name="otherManagementKeys"
        type="password"
        autocomplete="off"
        pattern=${`${OTHER_KEY}(, *${OTHER_KEY})*`}
        title=${texts.factory.otherManagementKeysHint}
      />
    </label>
    ${check('confidential', texts.factory.confidential)}
  </fieldset>`;

/** Reads the factory's secrets, which replace all stored secrets. Returns null if no secret was entered, so that the stored secrets are kept. */
export function readFactory(entered: FormData): FactorySecrets | null {
  const factory = {
    pin: textOf(entered, 'pin'),
    puk: textOf(entered, 'puk'),
    managementKey: textOf(entered, 'managementKey'),
  };
  if (Object.values(factory).every((value) => value === '')) return null;
  const otherManagementKeys = readOtherKeys(textOf(entered, 'otherManagementKeys'));
  const others = otherManagementKeys.length === 0 ? {} : { otherManagementKeys };
  return { ...factory, ...others, confidential: entered.has('confidential') };
}

/** Reads keys such as `AES-128: 0102…, AES-256: 0102…`. The pattern of the field lets no other entry through. */
const readOtherKeys = (entered: string): NonNullable<FactorySecrets['otherManagementKeys']> =>
  entered.split(',').flatMap((pair) => {
    const [name, managementKey = ''] = pair.split(':').map((part) => part.trim());
    const algorithm = MANAGEMENT_KEY_ALGORITHMS.find((known) => known === name);
    return algorithm === undefined ? [] : [{ algorithm, managementKey }];
  });
