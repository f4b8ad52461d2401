import type { PlainData } from '../../engine/spec/source/plain-data.ts';
import { type DraftMap, filled } from '../draft.ts';
import { Fields } from '../fields.ts';
import { isList, isMap, showValue, toWhole, type Value } from '../value.ts';

/** `resources`, `replicas` and `restart` of a service, from its own fields and from `deploy`. */
export function limitsOf(fields: Fields): DraftMap & { replicas?: number } {
  const { place } = fields;
  const deploy = fields.inner('deploy');
  const resources = deploy.inner('resources');
  const limits = resources.inner('limits');
  const reservations = resources.inner('reservations');
  const cpu = cores(limits, 'cpus') ?? cores(fields, 'cpus');
  const memory = limits.size('memory') ?? fields.size('mem_limit');
  const devices = reservations.list('devices').flatMap((value) => gpusOfDevice(value, fields));
  const gpu = devices.length > 0 ? sum(devices) : gpusOf(fields);
  const reserved = 'A reservation is no limit; write it under resources if it is one.';
  reservations.finish({ cpus: reserved, memory: reserved });
  limits.finish({ pids: 'Write it as docker: { patch: { HostConfig: { PidsLimit: … } } }.' });
  resources.finish();
  fields.lose('mem_reservation', reserved);
  const replicas = deploy.whole('replicas') ?? fields.whole('scale');
  if (deploy.text('mode') === 'global') place.lose('deploy.mode: global', 'Say how many replicas there are.');
  const restart = restartOf(fields, deploy.inner('restart_policy'));
  for (const name of ['endpoint_mode', 'labels', 'placement', 'rollback_config', 'update_config'])
    deploy.lose(name, 'It is for a swarm of machines.');
  deploy.finish();
  return {
    ...filled({ restart, resources: filled({ cpu, memory, gpu }) }),
    ...(replicas === undefined ? {} : { replicas }),
  };
}

function cores(fields: Fields, name: string): number | undefined {
  const text = fields.text(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  fields.place.lose(`${name}: ${showValue(text)}`, 'It is no number of cores.');
  return undefined;
}

function gpusOfDevice(value: Value, { place }: Fields): readonly number[] {
  const device = new Fields(value, place, 'deploy.resources.reservations.devices.');
  const capabilities = device.texts('capabilities');
  device.text('driver');
  const ids = device.texts('device_ids');
  const count = device.text('count');
  device.finish();
  if (!capabilities.includes('gpu')) {
    place.lose(`deploy.resources.reservations.devices: ${showValue(value)}`, 'Only GPUs are carried over.');
    return [];
  }
  if (ids.length > 0) place.tell(`It wanted the GPUs ${ids.join(', ')}; Symphony chooses which.`);
  if (ids.length > 0) return [ids.length];
  return [countOf(count, place.tell.bind(place))];
}

/** `gpus: all`, or a list of devices. */
function gpusOf(fields: Fields): number | undefined {
  const value = fields.take('gpus');
  if (value === undefined) return undefined;
  if (isList(value)) {
    const counts = value.map((one) =>
      countOf(isMap(one) && typeof one.count === 'string' ? one.count : undefined, () => {}),
    );
    return sum(counts);
  }
  return countOf(typeof value === 'string' ? value : undefined, (text) => fields.place.tell(text));
}

function countOf(text: string | undefined, tell: (text: string) => void): number {
  const count = toWhole(text ?? '');
  if (count === undefined) tell('It wanted all GPUs; Symphony gives a number of them to each process.');
  return Math.min(count ?? 1, 1024);
}

function sum(numbers: readonly number[]): number {
  return Math.min(
    1024,
    numbers.reduce((total, number) => total + number, 0),
  );
}

const policies: Readonly<Record<string, string>> = {
  always: 'always',
  'unless-stopped': 'always',
  'on-failure': 'on-failure',
  any: 'always',
  no: 'never',
  none: 'never',
  false: 'never',
};

function restartOf(fields: Fields, policy: Fields): PlainData | undefined {
  const { place } = fields;
  const own = fields.text('restart');
  const [, name = '', attempts] = /^([^:]*)(?::(\d+))?$/.exec(own ?? '') ?? [];
  const condition = policy.text('condition');
  const given = own === undefined ? condition : name;
  const limit = toWhole(attempts ?? '') ?? policy.whole('max_attempts');
  const delay = 'The delay before a restart is 1 s, and doubles up to a minute.';
  policy.finish({ delay, window: 'Restarts are counted until a process was healthy for 10 minutes.' });
  if (given === undefined && limit === undefined) return undefined;
  const known = given === undefined ? 'always' : policies[given];
  if (known === undefined) place.lose(`restart: ${showValue(own ?? given ?? '')}`, 'It is no policy.');
  if (known === undefined || known === 'never') return undefined;
  return limit === undefined || limit === 0 ? known : { policy: known, maxRestarts: Math.min(limit, 1_000_000) };
}
