import type { V1EnvVar, V1Secret, V1VolumeMount } from '@kubernetes/client-node';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { hiddenSecret } from '../../../engine/spec/resolve/secrets.ts';
import { secretFileNames, secretsDir, secretVariables } from '../../kit/files/secret-mounts.ts';
import type { ToApi } from '../api/api-types.ts';
import type { Manifest } from './manifest.ts';
import { type ManifestContext, metadata } from './manifest-context.ts';
import { dataKey, maxObjectBytes } from './object-data.ts';
import { ownObjectName } from './object-names.ts';
import type { PodVolumes } from './pod/pod-volumes.ts';

interface MadeSecret {
  readonly number: number;
  readonly name: string;
}

/**
 * Builds the Secrets of an experiment: variables by declared process, whose replicas share one; files by set of files.
 */
export class SecretObjects {
  readonly objects: Manifest[] = [];
  readonly #made = new Map<string, MadeSecret>();
  readonly #context: ManifestContext;

  constructor(context: ManifestContext) {
    this.#context = context;
  }

  /** The secret variables of a process, each a reference to its value. */
  variables(resolvedProcess: ResolvedProcess): ToApi<V1EnvVar>[] {
    const names = secretVariables(resolvedProcess);
    if (names.length === 0) return [];
    const values = this.#context.secretValues?.get(formatProcess(resolvedProcess))?.env;
    const secret = this.#secret('environment', resolvedProcess.path, `env of ${resolvedProcess.path}`, () =>
      Object.fromEntries(
        names.map((name) => [name, values === undefined ? undefined : Buffer.from(values[name] ?? '')]),
      ),
    );
    return names.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret.name, key: name } } }));
  }

  /** The mount of a process's secret files. */
  mounts(resolvedProcess: ResolvedProcess, volumes: PodVolumes): ToApi<V1VolumeMount>[] {
    if (resolvedProcess.secrets.length === 0) return [];
    const contents = this.#context.secretValues?.get(formatProcess(resolvedProcess))?.files;
    const key = JSON.stringify(resolvedProcess.secrets);
    const files = secretFileNames(resolvedProcess);
    const secret = this.#secret('secrets', key, `secrets of ${resolvedProcess.path}`, () =>
      Object.fromEntries(files.map((file) => [dataKey(file), contents?.find(({ name }) => name === file)?.content])),
    );
    const items = files.map((file) => ({ key: dataKey(file), path: file }));
    const source = { secret: { secretName: secret.name, items } };
    return [volumes.own(`secrets-${secret.number}`, source, { mountPath: secretsDir, readOnly: true })];
  }

  /** Finds or makes the Secret of a kind and key. Without values it has placeholders. */
  #secret(
    kind: 'environment' | 'secrets',
    key: string,
    place: string,
    values: () => Readonly<Record<string, Uint8Array | undefined>>,
  ): MadeSecret {
    const known = this.#made.get(`${kind} ${key}`);
    if (known !== undefined) return known;
    const number = [...this.#made.keys()].filter((other) => other.startsWith(`${kind} `)).length;
    const name = ownObjectName(this.#context.location, `${kind}-${number}`);
    this.#made.set(`${kind} ${key}`, { number, name });
    this.objects.push({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata(this.#context, name, kind),
      type: 'Opaque',
      ...secretData(values(), place),
    });
    return { number, name };
  }
}

function secretData(
  values: Readonly<Record<string, Uint8Array | undefined>>,
  place: string,
): Pick<ToApi<V1Secret>, 'data' | 'stringData'> {
  const total = Object.values(values).reduce((sum, value) => sum + (value?.byteLength ?? 0), 0);
  if (total > maxObjectBytes) {
    throw new SymphonyError(
      'invalid-spec',
      `${place}: they are ${total} bytes; a Secret holds ${maxObjectBytes} at most.`,
    );
  }
  const data: Record<string, string> = {};
  const stringData: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) stringData[key] = hiddenSecret;
    else data[key] = Buffer.from(value).toString('base64');
  }
  return { ...(Object.keys(data).length > 0 && { data }), ...(Object.keys(stringData).length > 0 && { stringData }) };
}
