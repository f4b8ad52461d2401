import type { OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

export type Query = Readonly<
  Record<string, string | number | boolean | undefined | readonly string[] | Readonly<Record<string, unknown>>>
>;

export interface EngineRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Without the version: `/containers/json`. */
  readonly path: string;
  /** An object becomes JSON, as filters have it; a list, one parameter for each item; undefined is left out. */
  readonly query?: Query;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly upload?: { readonly stream: Readable; readonly type: string };
  readonly headers?: OutgoingHttpHeaders;
  /** What the engine is asked to do, for messages: `list containers`. */
  readonly operation: string;
  readonly signal?: AbortSignal | undefined;
  /** Seconds until the answer must begin; 30 by default, null for no limit. */
  readonly timeout?: number | null;
  /** What a hijacked connection speaks; raw bytes by default. */
  readonly protocol?: 'tcp' | 'h2c';
  /** Whether the answer goes on for long, so that it needs a connection of its own. */
  readonly lasts?: boolean;
}

export function bodyOf({ body }: EngineRequest): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

/** The query of a URL with its question mark; empty without parameters. */
export function formatQuery(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (isList(value)) for (const item of value) parameters.append(name, item);
    else parameters.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const written = parameters.toString();
  return written === '' ? '' : `?${written}`;
}

function isList(value: Query[string]): value is readonly string[] {
  return Array.isArray(value);
}
