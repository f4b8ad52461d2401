import * as z from 'zod/mini';
import { cores, describe, field, fields, size, text, whole } from '../../../engine/spec/schema/schema-fields.ts';

/** A map of text, such as labels. */
export function textMap(error: string) {
  return z.record(text('a name'), z.string({ error: 'a text; put numbers and booleans in quotes' }), { error });
}

/** A map in Kubernetes' own form, which the API server validates. */
export function rawMap(error: string) {
  return z.record(z.string(), z.unknown(), { error });
}

/** The name of a Kubernetes object, or of a label without its prefix. */
export function objectNameField(error = 'the name of a Kubernetes object') {
  return z.string({ error }).check(z.regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, { error }));
}

export function objectNames(error: string) {
  return z.union([objectNameField(error), z.array(objectNameField(error), { error })], { error });
}

export function absolutePath(error = 'an absolute path') {
  return z.string({ error }).check(z.regex(/^\/[^:]*$/, { error }));
}

/** Amounts by resource, such as `cpu`, `memory`, `ephemeral-storage`, `example.com/fpga`. */
export function amounts() {
  const error = 'an amount such as 2, 500m or 4Gi';
  return z.record(
    text('the name of a resource'),
    z.union(
      [
        z.number({ error }).check(z.gte(0, { error })),
        z.string({ error }).check(z.regex(/^\d+(\.\d+)?([numkMGTPE]|[KMGTPE]i)?$/, { error })),
      ],
      { error },
    ),
    { error: 'resources with amounts, such as { cpu: 2, memory: 4Gi }' },
  );
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export function effect() {
  return z.enum(effects, { error: 'NoSchedule, PreferNoSchedule or NoExecute' });
}

export function toleration() {
  return fields(
    {
      key: field(text('the key of a taint'), 'The key of the taint; without it, with operator Exists, every taint.'),
      operator: field(
        z.enum(['Exists', 'Equal'], { error: 'Exists or Equal' }),
        'Equal, the default, wants the value too.',
      ),
      value: field(z.string({ error: 'a text' }), 'The value of the taint.'),
      effect: field(effect(), 'The effect of the taint; without it, every effect.'),
      tolerationSeconds: field(whole(0, 2 ** 31 - 1), 'How long NoExecute is tolerated; without it, for ever.'),
    },
    'a toleration, such as { key: dedicated, operator: Exists }',
  );
}

/** A volume with its mount path. `sectionProblems` checks that exactly one source is given. */
export function volume() {
  const path = () => describe(absolutePath(), 'The absolute path.');
  const objectOr = (what: string, key: string) =>
    z.union([objectNameField(what), rawMap(`${what}, or its fields as Kubernetes has them, with ${key}`)], {
      error: `${what}, or its fields as Kubernetes has them, with ${key}`,
    });
  return fields(
    {
      name: field(
        z.string({ error: 'a name of lower case letters, digits and hyphens' }).check(
          z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
            error: 'a name of lower case letters, digits and hyphens, 63 at most',
          }),
        ),
        'Its name in the pod; one is made up without it.',
      ),
      mount: describe(absolutePath('the absolute path at which it is found'), 'Where the process finds it.'),
      subPath: field(text('a path inside the volume'), 'Mount only this file or folder of the volume.'),
      readOnly: field(z.boolean({ error: 'true or false' }), 'Mount it read-only.'),
      nfs: field(
        fields({ server: describe(text('the name of a server'), 'The server.'), path: path() }, 'a server and a path'),
        'A folder of an NFS server.',
      ),
      hostPath: field(
        z.union(
          [
            absolutePath('an absolute path of the node'),
            fields(
              { path: path(), type: field(text('a type such as DirectoryOrCreate'), 'What must be there.') },
              'a path, with a type',
            ),
          ],
          { error: 'an absolute path of the node, or { path, type }' },
        ),
        'A path of the node.',
      ),
      emptyDir: field(
        fields(
          {
            medium: field(z.enum(['', 'Memory'], { error: 'Memory' }), 'Memory for a file system in memory.'),
            size: field(size(1), 'The most it may hold.'),
          },
          'empty, or a medium and a size',
        ),
        'An empty folder that lasts as long as the pod.',
      ),
      secret: field(objectOr('the name of a Secret', 'secretName'), 'A Secret that exists in the namespace.'),
      configMap: field(objectOr('the name of a ConfigMap', 'name'), 'A ConfigMap that exists in the namespace.'),
      persistentVolumeClaim: field(
        objectOr('the name of a claim', 'claimName'),
        'A persistent volume claim that exists in the namespace.',
      ),
      git: field(gitSource(), 'A clone of a git repository, made by an init container before the process starts.'),
      raw: field(
        rawMap('a volume source as Kubernetes has it, such as { csi: … }'),
        'Any other volume source, as Kubernetes has it.',
      ),
    },
    'a volume with its mount',
  );
}

function gitSource() {
  return fields(
    {
      repository: describe(text('the address of a repository'), 'Its address.'),
      revision: field(
        z
          .string({ error: 'a branch, tag or commit' })
          .check(z.regex(/^[^-\s]\S*$/, { error: 'a branch, tag or commit' })),
        'A branch, tag or commit; the default branch without it.',
      ),
      image: field(text('an image with git and a shell'), 'An image with git and a shell; alpine/git by default.'),
      secret: field(
        objectNameField('the name of a Secret with ssh-privatekey'),
        'A Secret of the namespace whose ssh-privatekey opens the repository.',
      ),
    },
    'a repository, with a revision',
  );
}

/** The schema of `place`: a part of a machine of a node pool. */
export function placementField() {
  const share = 'a part of a machine: 0.2, or 1/5';
  return fields(
    {
      pool: field(text('the name of a node pool'), 'The node pool.'),
      share: field(
        z.union(
          [
            z.number({ error: share }).check(z.gt(0, { error: share }), z.lte(1, { error: share })),
            z.string({ error: share }).check(z.regex(/^[1-9]\d{0,4}\/[1-9]\d{0,4}$/, { error: share })),
          ],
          { error: share },
        ),
        'This part of a machine of the pool: its CPU and memory, less what the system needs.',
      ),
      gpus: field(whole(1, 1024), 'So many GPUs, and the same part of the CPU and memory of the machine.'),
      cpu: field(cores(), 'CPU cores.'),
      memory: field(size(1), 'Memory.'),
    },
    'a pool, with share, gpus, cpu or memory',
  );
}
