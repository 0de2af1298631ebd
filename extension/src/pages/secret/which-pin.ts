import type { WindowContent } from '../../own-window-content.js';
import { t } from '../text.js';
import { lengthRuleOf } from './new-pin.js';

/**
 * Returns which PIN a window asks for, and whether the device PIN and the FIDO PIN may be the same; null if the device has only one PIN, or
 * the window does not ask for a PIN that the user could confuse with another.
 */
export function whichPin({
  secrets,
  isShared = false,
  suitsBoth,
  device,
  rules,
}: Pick<WindowContent<'secret'>, 'secrets' | 'isShared' | 'suitsBoth' | 'device' | 'rules'>): string | null {
  if (isShared) return t('shared_which');
  if (suitsBoth !== undefined) return t('fido_which_both', lengthRuleOf(suitsBoth));
  if (secrets.includes('fidoPin') || secrets.includes('newFidoPin')) return t('fido_which');
  const { fido2 } = device;
  const mayBeBoth = fido2?.pinSet === true && fido2.minPinLength <= rules.maxLength;
  return secrets.includes('newPin') && mayBeBoth ? t('device_which_both') : null;
}
