import { listEscrows } from '../../keys/escrow.js';
import type { Escrow } from '../../store/schema.js';
import type { OperationContext } from '../operation-kind.js';
import type { IssueState } from './issue-state.js';

/** The escrow whose credentials this session works with. */
export async function currentEscrow({ db, device }: OperationContext, { escrow: id }: IssueState): Promise<Escrow> {
  const kept = device ? await listEscrows(db, device.id) : [];
  const escrow = kept.find((row) => row.id === id);
  if (!escrow) throw new Error('the escrow of this session is missing');
  return escrow;
}
