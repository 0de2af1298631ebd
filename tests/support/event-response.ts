/** The part of a server's response that a scripted CMS uses for events. */
export interface EventResponse {
  writeHead(status: number, headers?: Readonly<Record<string, string>>): { end(): unknown };
  write(text: string): unknown;
  destroy(): unknown;
  on(event: 'close', listener: () => void): unknown;
}
