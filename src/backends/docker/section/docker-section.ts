import * as z from 'zod/mini';
import { describe, field, fields, oneOf, size, text, whole } from '../../../engine/spec/schema/schema-fields.ts';

export type DockerLevel = 'experiment' | 'group' | 'process';

const schemas = new Map<DockerLevel, z.ZodMiniType>();

/** The schema of a `docker:` section at one level of the spec. */
export function dockerSectionSchema(level: DockerLevel): z.ZodMiniType {
  const built = schemas.get(level) ?? buildSchema(level);
  schemas.set(level, built);
  return built;
}

function buildSchema(level: DockerLevel): z.ZodMiniType {
  const own = level === 'experiment' ? ofExperiment() : {};
  return fields({ ...own, ...ofContainers() }, 'fields of the docker backend');
}

function ofExperiment() {
  return {
    network: field(
      text('the name of a network'),
      'An existing network to run in, beside others; without it, the experiment has its own.',
    ),
  };
}

function ofContainers() {
  const flag = () => z.boolean({ error: 'true or false' });
  const names = (error: string) => z.array(text(error), { error });
  return {
    mount: field(
      flag(),
      'Whether startDir is mounted into the container; by default where the engine is this machine’s.',
    ),
    workingDir: field(
      z.union([absolutePath(), z.null({ error: 'an absolute path, or null' })], {
        error: 'an absolute path, or null for that of the image',
      }),
      'The folder it starts in, instead of startDir; null for that of the image.',
    ),
    user: field(
      text('a user, such as 1000:1000 or nobody'),
      'The user of the process; yours where your files are mounted, else that of the image.',
    ),
    pull: field(oneOf(['always', 'missing', 'never']), 'When the image is pulled; missing by default.'),
    build: field(build(), 'Builds the image, from a folder with a Dockerfile.'),
    volumes: field(
      z.array(volume(), { error: 'a list of volumes' }),
      'What is mounted: /path/on/host:/path, name:/path or /path, with :ro for read-only.',
    ),
    tmpfs: field(
      z.record(absolutePath(), size(1), { error: 'paths with sizes, such as { /scratch: 1Gi }' }),
      'File systems in memory, by the path where they are mounted, with their sizes.',
    ),
    sharedMemory: field(size(1), 'The size of /dev/shm, which the engine otherwise has at 64 MiB.'),
    ulimits: field(
      z.record(text('the name of a limit, such as nofile'), ulimit(), { error: 'limits, such as { nofile: 65536 }' }),
      'Limits of the processes in the container, as in docker run --ulimit.',
    ),
    extraHosts: field(
      z.record(text('the name of a host'), text('an address, or host-gateway'), {
        error: 'host names with addresses, such as { store: 10.0.0.1 }',
      }),
      'Further host names with their addresses; host-gateway is the engine’s machine.',
    ),
    capabilities: field(
      fields(
        {
          add: field(names('a capability, such as SYS_PTRACE'), 'Capabilities that it has beyond the usual ones.'),
          drop: field(names('a capability, or ALL'), 'Capabilities that it does not have.'),
        },
        'capabilities to add and to drop',
      ),
      'Linux capabilities.',
    ),
    devices: field(names('a device, such as /dev/fuse'), 'Devices of the engine’s machine that it may use.'),
    runtime: field(text('the name of a runtime'), 'The container runtime, as in docker run --runtime.'),
    init: field(flag(), 'Whether a small init reaps orphans and passes signals on; true by default.'),
    labels: field(
      z.record(text('the name of a label'), z.string({ error: 'a text; put numbers and booleans in quotes' }), {
        error: 'labels with values',
      }),
      'Further labels of the container.',
    ),
    patch: field(
      z.record(z.string(), z.unknown(), {
        error: 'fields of the create call of the Engine API, such as { HostConfig: { Privileged: true } }',
      }),
      'Merged over the finished create call: maps are merged, lists replaced, null removes.',
    ),
  };
}

function build() {
  const folder = () => text('a folder, relative to that of this file');
  const error = 'a folder with a Dockerfile, or { context, dockerfile, target, args }';
  const value = 'a text, a number, true or false';
  return z.union(
    [
      text(error),
      fields(
        {
          context: describe(folder(), 'The folder whose files the build may use, relative to that of this file.'),
          dockerfile: field(text('a path, relative to context'), 'Its Dockerfile, relative to context.'),
          target: field(text('the name of a stage'), 'The stage to build; the last one by default.'),
          args: field(
            z.record(
              text('the name of a build argument'),
              z.union([z.string({ error: value }), z.number({ error: value }), z.boolean({ error: value })], {
                error: value,
              }),
              { error: 'names with values, such as { PYTHON: "3.13" }' },
            ),
            'Values for the ARGs of the Dockerfile. They are no place for secrets.',
          ),
        },
        error,
      ),
    ],
    { error },
  );
}

function absolutePath(error = 'an absolute path') {
  return z.string({ error }).check(z.regex(/^\/[^:]*$/, { error }));
}

function volume() {
  const error = '/path/on/host:/path, name:/path or /path, with :ro at the end for read-only';
  return z.string({ error }).check(z.regex(/^((\/|[a-zA-Z0-9])[^:]*:)?\/[^:]*(:(ro|rw))?$/, { error }));
}

function ulimit() {
  const limit = () => whole(-1, Number.MAX_SAFE_INTEGER, 'a whole number, or -1 for no limit');
  const error = 'a number, or { soft, hard }';
  return z.union(
    [
      limit(),
      fields({ soft: describe(limit(), 'The soft limit.'), hard: describe(limit(), 'The hard limit.') }, error),
    ],
    { error },
  );
}
