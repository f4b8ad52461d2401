import { type DraftMap, filled } from '../draft.ts';
import type { Fields } from '../fields.ts';
import { toWhole } from '../value.ts';

/** A check of process-compose, as what Symphony runs. */
export interface Probe {
  readonly command: string;
  /** The port that it asks, if it asks one of this machine. */
  readonly port: number | undefined;
  readonly everySeconds: number | undefined;
  readonly failures: number | undefined;
}

/** The probe of this name; undefined without one. @param keepsTime whether its period and threshold are carried over */
export function probeOf(fields: Fields, name: string, keepsTime: boolean): Probe | undefined {
  if (!fields.has(name)) return undefined;
  const probe = fields.inner(name);
  const exec = probe.inner('exec');
  const [command, folder] = [exec.text('command'), exec.text('working_dir')];
  exec.finish();
  const http = probe.has('http_get') ? httpCheck(probe.inner('http_get')) : undefined;
  const timing = keepsTime
    ? { everySeconds: probe.whole('period_seconds'), failures: probe.whole('failure_threshold') }
    : { everySeconds: undefined, failures: undefined };
  const repeated = keepsTime
    ? 'Checks start when the process is ready.'
    : 'The check is repeated until it succeeds; each may take 10 s.';
  const times = [
    'initial_delay_seconds',
    'period_seconds',
    'timeout_seconds',
    'success_threshold',
    'failure_threshold',
  ];
  probe.finish(Object.fromEntries(times.map((time) => [time, repeated])));
  if (command !== undefined) {
    const whole = folder === undefined ? command : `cd ${quote(folder)} && ${command}`;
    return { command: whole, port: undefined, ...timing };
  }
  return http === undefined ? undefined : { ...http, ...timing };
}

function httpCheck(http: Fields): { command: string; port: number | undefined } {
  const host = http.text('host') ?? '127.0.0.1';
  const scheme = http.text('scheme') ?? 'http';
  const path = http.text('path') ?? '/';
  const port = http.text('port');
  const headers = Object.entries(http.pairs('headers')).map(
    ([name, value]) => ` --header ${quote(`${name}: ${value ?? ''}`)}`,
  );
  const status = http.text('status_code');
  http.finish();
  const url = `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path.startsWith('/') ? path : `/${path}`}`;
  const local = /^(localhost|127\.|0\.0\.0\.0|::1|\[::1\])/.test(host);
  http.place.tell(`The check of ${url} needs curl.`);
  const get = `curl --silent --output /dev/null${headers.join('')}`;
  const command =
    status === undefined
      ? `${get} --fail ${quote(url)}`
      : `test "$(${get} --write-out '%{http_code}' ${quote(url)})" = ${quote(status)}`;
  return { command, port: local ? toPort(port) : undefined };
}

function toPort(text: string | undefined): number | undefined {
  const port = toWhole(text ?? '');
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `alive`, from a liveness probe. */
export function aliveOf(probe: Probe | undefined): DraftMap {
  if (probe === undefined) return {};
  return filled({
    command: probe.command,
    every: probe.everySeconds === undefined ? undefined : Math.max(1, probe.everySeconds),
    failures: probe.failures === undefined ? undefined : Math.max(1, probe.failures),
  });
}
