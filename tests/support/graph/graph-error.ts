/** A refusal as Microsoft Graph words it. */
export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string): GraphError => new GraphError(400, 'badRequest', message);
