import type { Cms, MemoryStore } from '@cardwright/cms';
import type { UnlockCode } from '@cardwright/cms/devices';
import type { Person } from '@cardwright/cms/store';
import { requestOf, shownVersion } from './operator-action.js';

/** Issues a one-time code as an operator who has just seen the device. */
export const issueCode = (
  { cms, store }: { readonly cms: Pick<Cms, 'issueUnlockCode'>; readonly store: Pick<MemoryStore, 'contents'> },
  operator: Person,
  id: string,
): Promise<UnlockCode> => cms.issueUnlockCode(operator, id, requestOf(shownVersion(store.contents(), id)));

/** Returns another code of eight digits. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 10 ** 8).padStart(8, '0');
