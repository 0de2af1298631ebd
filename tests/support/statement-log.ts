import { jest } from '@jest/globals';
import pg from 'pg';

/** A statement as it was sent to PostgreSQL, with the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Of `EXPLAIN (FORMAT JSON)`, what is looked at here. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How PostgreSQL would run a statement. */
export interface Plan {
  readonly text: string;
  /** Tables that are read from one end to the other. */
  readonly scans: readonly string[];
  readonly indexes: readonly string[];
  /** Pages of 8 KB that were looked at; 0 for what changes something, which is only planned. */
  readonly pages: number;
}

const FRAME = /^(begin|commit|rollback)/i;

/** Writes down what the programs of this process send to PostgreSQL, and asks PostgreSQL how it runs that. */
export class StatementLog {
  readonly #spy = jest.spyOn(pg.Client.prototype, 'query');

  constructor(private readonly url: string) {}

  /** The statements that are sent while something is done, without those that only begin and end transactions. */
  async during(work: () => Promise<unknown>): Promise<Statement[]> {
    this.#spy.mockClear();
    await work();
    return this.#spy.mock.calls.map(readCall).filter(({ text }) => !FRAME.test(text));
  }

  /** The plan of each statement that differs in its text; nothing is changed by it. */
  async plansOf(statements: readonly Statement[]): Promise<Plan[]> {
    const client = new pg.Client(this.url);
    await client.connect();
    try {
      const distinct = [...new Map(statements.map((one) => [one.text, one])).values()];
      const plans = [];
      for (const one of distinct) plans.push(await explain(client, one));
      return plans;
    } finally {
      await client.end();
    }
  }

  stop(): void {
    this.#spy.mockRestore();
  }
}

/** A query is sent as its text or as an object that has it, and then its values. */
function readCall([query, values]: readonly unknown[]): Statement {
  const text = typeof query === 'object' && query !== null && 'text' in query ? query.text : query;
  if (typeof text !== 'string') throw new Error('a query without a text');
  return { text, values: Array.isArray(values) ? values : [] };
}

async function explain(client: pg.Client, { text, values }: Statement): Promise<Plan> {
  const isRead = /^\s*select/i.test(text);
  await client.query('BEGIN');
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (FORMAT JSON${isRead ? ', ANALYZE, BUFFERS' : ''}) ${text}`,
    [...values],
  );
  await client.query('ROLLBACK');
  const root = rows[0]?.['QUERY PLAN'][0].Plan;
  if (!root) throw new Error(`no plan for ${text}`);
  const nodes = nodesOf(root);
  return {
    text,
    scans: nodes.filter((node) => node['Node Type'] === 'Seq Scan').flatMap((node) => node['Relation Name'] ?? []),
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
    pages: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
  };
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
