import type { PlainData } from '../../engine/spec/source/plain-data.ts';
import { type DraftMap, filled } from '../draft.ts';
import { Fields } from '../fields.ts';
import { type ImportSource, rebase } from '../source.ts';
import { isMap, showValue, toWhole, type Value } from '../value.ts';
import { mountsOf } from './volumes.ts';

/** Texts and lists of a service that have a place of their own in the call that creates a container. */
const hostFields: readonly (readonly [string, string, 'text' | 'texts' | 'flag' | 'number'])[] = [
  ['privileged', 'Privileged', 'flag'],
  ['read_only', 'ReadonlyRootfs', 'flag'],
  ['security_opt', 'SecurityOpt', 'texts'],
  ['dns', 'Dns', 'texts'],
  ['dns_search', 'DnsSearch', 'texts'],
  ['dns_opt', 'DnsOptions', 'texts'],
  ['group_add', 'GroupAdd', 'texts'],
  ['cgroup_parent', 'CgroupParent', 'text'],
  ['cpuset', 'CpusetCpus', 'text'],
  ['ipc', 'IpcMode', 'text'],
  ['pid', 'PidMode', 'text'],
  ['userns_mode', 'UsernsMode', 'text'],
  ['uts', 'UTSMode', 'text'],
  ['pids_limit', 'PidsLimit', 'number'],
  ['cpu_shares', 'CpuShares', 'number'],
  ['oom_score_adj', 'OomScoreAdj', 'number'],
  ['oom_kill_disable', 'OomKillDisable', 'flag'],
];

/** The section `docker` of a process. @param configs the files of the configs, by name */
export function dockerOf(fields: Fields, source: ImportSource, configs: ReadonlyMap<string, string>): DraftMap {
  const { volumes, tmpfs } = mountsOf(fields, source, configs);
  return filled({
    build: buildOf(fields, source),
    pull: pullOf(fields),
    workingDir: workingDirOf(fields),
    user: fields.text('user'),
    volumes,
    tmpfs,
    sharedMemory: fields.size('shm_size'),
    ulimits: ulimitsOf(fields),
    extraHosts: valued(fields.pairs('extra_hosts', /[=:]/)),
    capabilities: filled({ add: [...fields.texts('cap_add')], drop: [...fields.texts('cap_drop')] }),
    devices: devicesOf(fields),
    runtime: fields.text('runtime'),
    init: fields.flag('init'),
    labels: mapValues(fields.pairs('labels'), (value) => value ?? ''),
    patch: patchOf(fields),
  });
}

function workingDirOf(fields: Fields): string | undefined {
  const path = fields.text('working_dir');
  if (path === undefined || /^\/[^:]*$/.test(path)) return path;
  fields.place.lose(`working_dir: ${showValue(path)}`, 'It is no absolute path.');
  return undefined;
}

function patchOf(fields: Fields): DraftMap {
  const host = hostFields.map(([name, key, form]): [string, PlainData | undefined] => {
    if (form === 'flag') return [key, fields.flag(name)];
    if (form === 'texts') return [key, [...fields.texts(name)]];
    if (form === 'text') return [key, fields.text(name)];
    const text = fields.text(name);
    if (text === undefined) return [key, undefined];
    if (/^-?\d{1,9}$/.test(text)) return [key, Number(text)];
    fields.place.lose(`${name}: ${showValue(text)}`, 'It should be a whole number.');
    return [key, undefined];
  });
  const sysctls = valued(fields.pairs('sysctls'));
  return filled({
    Hostname: fields.text('hostname'),
    Domainname: fields.text('domainname'),
    HostConfig: filled({ ...Object.fromEntries(host), Sysctls: sysctls }),
  });
}

function buildOf(fields: Fields, source: ImportSource): PlainData | undefined {
  const value = fields.take('build');
  if (value === undefined) return undefined;
  if (typeof value === 'string') return isRemote(value) ? lost() : rebase(source, value);
  const build = new Fields(value, fields.place, 'build.');
  const context = build.text('context') ?? '.';
  const args = Object.entries(build.pairs('args')).map(
    ([name, arg]) => [name, arg ?? source.variables[name] ?? ''] as const,
  );
  const dockerfile = build.text('dockerfile');
  const rest = filled({ dockerfile, target: build.text('target'), args: Object.fromEntries(args) });
  build.finish({ dockerfile_inline: 'Write it into a file, and name that as dockerfile.' });
  if (isRemote(context)) return lost();
  return Object.keys(rest).length === 0 ? rebase(source, context) : { context: rebase(source, context), ...rest };

  function lost(): undefined {
    fields.place.lose(`build: ${showValue(value ?? null)}`, 'Images are built from folders of this machine.');
    return undefined;
  }
}

function isRemote(context: string): boolean {
  return /^(https?:|git@|git:|ssh:|docker-image:|oci-layout:|service:)/.test(context);
}

const pulls: Readonly<Record<string, string>> = {
  always: 'always',
  never: 'never',
  missing: 'missing',
  if_not_present: 'missing',
};

function pullOf(fields: Fields): string | undefined {
  const policy = fields.text('pull_policy');
  if (policy === undefined || policy === 'build') return undefined;
  const pull = pulls[policy];
  if (pull === undefined)
    fields.place.lose(`pull_policy: ${showValue(policy)}`, 'Symphony has always, missing and never.');
  return pull;
}

function ulimitsOf(fields: Fields): DraftMap {
  const limit = (text: Value | undefined) => {
    if (text === '-1') return -1;
    return typeof text === 'string' ? toWhole(text) : undefined;
  };
  const entries = Object.entries(fields.map('ulimits')).flatMap(([name, value]): [string, PlainData][] => {
    const [soft, hard] = isMap(value) ? [limit(value.soft), limit(value.hard)] : [limit(value), limit(value)];
    if (soft !== undefined && hard !== undefined) return [[name, isMap(value) ? { soft, hard } : soft]];
    fields.place.lose(`ulimits.${name}: ${showValue(value)}`, 'A limit is a number, or has soft and hard.');
    return [];
  });
  return Object.fromEntries(entries);
}

function devicesOf(fields: Fields): string[] {
  return fields.list('devices').flatMap((value) => {
    const text = typeof value === 'string' ? value : '';
    const [host = '', inside = host, mode = 'rwm'] = text.split(':');
    if (host.startsWith('/') && inside === host && mode === 'rwm') return [host];
    const reason =
      'A device has the same path inside. Write it as docker: { patch: { HostConfig: { Devices: […] } } }.';
    fields.place.lose(`devices: ${showValue(value)}`, reason);
    return [];
  });
}

function valued(pairs: Readonly<Record<string, string | null>>): DraftMap {
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== null && value !== '')) as DraftMap;
}

function mapValues(pairs: Readonly<Record<string, string | null>>, change: (value: string | null) => string): DraftMap {
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, change(value)]));
}
