import { until } from '@cardwright/stage';
import { jest } from '@jest/globals';
import pg from 'pg';

/** A statement sent to PostgreSQL, with the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The used members of a node of `EXPLAIN (FORMAT JSON)`. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** PostgreSQL's plan of a statement. */
export interface Plan {
  readonly text: string;
  /** The tables that are scanned completely. */
  readonly scans: readonly string[];
  readonly indexes: readonly string[];
  /** The number of pages of 8 KB that were read; 0 for a changing statement, which is only planned. */
  readonly pages: number;
}

const FRAME = /^(begin|commit|rollback|savepoint|release)/i;

/** Records the statements that this process sends to PostgreSQL, and gets their plans. */
export class StatementLog {
  readonly #spy = jest.spyOn(pg.Client.prototype, 'query');

  constructor(private readonly url: string) {}

  /** Returns the statements sent during some work, without those that only begin and end transactions. */
  async during(work: () => Promise<unknown>): Promise<Statement[]> {
    this.#spy.mockClear();
    await work();
    return this.#spy.mock.calls.map(readCall).filter(({ text }) => !FRAME.test(text));
  }

  /** Resolves once a statement was sent that names a table, since the log began. */
  async hasAsked(table: string): Promise<void> {
    const isAsked = () => this.#spy.mock.calls.some((call) => readCall(call).text.includes(`from "${table}"`));
    await until(isAsked, { what: `a statement about ${table}` });
  }

  /** Returns the plan of each distinct statement, without changing data. */
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

/** Reads the arguments of a query: its text, or an object with the text, then its values. */
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
