import { parseSize } from '../../../engine/text/quantities.ts';
import type { DockerLevel } from './docker-section.ts';
import type { DeclaredVolume, DockerSection, DockerSettings } from './section-types.ts';

/** Merges the sections of the experiment, the group and the process; later ones override earlier ones. */
export function dockerSettings(levels: Readonly<Partial<Record<DockerLevel, DockerSection>>>): DockerSettings {
  const { experiment = {}, group = {}, process: own = {} } = levels;
  const sections = [experiment, group, own];
  const last = <Key extends keyof DockerSection>(key: Key) =>
    sections.findLast((section) => section[key] !== undefined)?.[key];
  const merged = <Key extends 'extraHosts' | 'labels' | 'tmpfs' | 'ulimits'>(
    key: Key,
  ): NonNullable<DockerSection[Key]> => Object.assign({}, ...sections.map((section) => section[key]));
  const [mount, workingDir, user, runtime] = [last('mount'), last('workingDir'), last('user'), last('runtime')];
  const sharedMemory = last('sharedMemory');
  return {
    ...(mount === undefined ? {} : { mount }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(user === undefined ? {} : { user }),
    ...(runtime === undefined ? {} : { runtime }),
    pull: last('pull') ?? 'missing',
    volumes: innermostByTarget([
      ...(experiment.volumes ?? []).map(parseVolume),
      ...(group.volumes ?? []).map((written, groupIndex) => {
        const volume = parseVolume(written);
        return volume.source === undefined ? { ...volume, groupIndex } : volume;
      }),
      ...(own.volumes ?? []).map(parseVolume),
    ]),
    tmpfs: Object.fromEntries(Object.entries(merged('tmpfs')).map(([path, size]) => [path, parseSize(size) ?? 0])),
    ...(sharedMemory === undefined ? {} : { sharedMemory: parseSize(sharedMemory) ?? 0 }),
    ulimits: merged('ulimits'),
    extraHosts: merged('extraHosts'),
    capabilities: {
      add: sections.flatMap(({ capabilities }) => capabilities?.add ?? []),
      drop: sections.flatMap(({ capabilities }) => capabilities?.drop ?? []),
    },
    devices: sections.flatMap(({ devices = [] }) => devices),
    init: last('init') ?? true,
    labels: merged('labels'),
    patches: sections.flatMap(({ patch }) => (patch === undefined ? [] : [patch])),
  };
}

/** Splits a volume of a validated section. */
export function parseVolume(written: string): DeclaredVolume {
  const parts = written.split(':');
  const readOnly = parts.at(-1) === 'ro';
  if (readOnly || parts.at(-1) === 'rw') parts.pop();
  const [first = '', second] = parts;
  return second === undefined ? { target: first, readOnly } : { source: first, target: second, readOnly };
}

/** An inner volume replaces an outer one at the same path. */
function innermostByTarget(volumes: readonly DeclaredVolume[]): DeclaredVolume[] {
  return [...new Map(volumes.map((volume) => [volume.target, volume])).values()];
}
