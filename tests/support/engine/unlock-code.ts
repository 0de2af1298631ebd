import type { Cms, MemoryStore, Person, UnlockCode } from '@cardwright/cms';
import { requestOf, shownVersion } from './operator-action.js';

/** Has an operator, who has just looked at the device, issue a one-time code for it. */
export const issueCode = (
  { cms, store }: { readonly cms: Pick<Cms, 'issueUnlockCode'>; readonly store: Pick<MemoryStore, 'contents'> },
  operator: Person,
  id: string,
): Promise<UnlockCode> => cms.issueUnlockCode(operator, id, requestOf(shownVersion(store.contents(), id)));

/** A code of eight digits that is not this one. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 10 ** 8).padStart(8, '0');
